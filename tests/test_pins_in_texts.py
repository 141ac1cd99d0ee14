"""Pins as texts: what is written is read again, and found in papers, pages and notebooks."""

import json
import pickle
import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata import Pin, PinError, Selection
from conflictdata.pins import pins_in
from tests.shared.pinned import WHOLE

# Reading and writing

WORDS = st.text(st.characters(codec="utf-8"), max_size=12) | st.text("ab%&;=?+() /:'\"`\\", max_size=12)
NAMES = st.from_regex(r"[a-z_]{1,10}", fullmatch=True).filter(lambda name: name != "sources")


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    """Selections of every form, with values of any letters."""
    day = draw(st.none() | st.dates(date(1900, 1, 1), date(2099, 12, 31)))
    one = Selection(
        dataset=draw(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)),
        release=draw(st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[1-9])?", fullmatch=True)),
        as_of=day,
        undated=draw(st.sampled_from(["exclude", "assume"])) if day else "exclude",
    )
    if draw(st.booleans()):
        one = one.of(draw(NAMES), draw(st.dictionaries(NAMES, WORDS, max_size=3)))
        for told in draw(st.lists(st.dictionaries(NAMES, st.lists(WORDS, max_size=3), max_size=3), max_size=3)):
            one = one.filtered(told)
    return one


@given(selections(), st.from_regex(r"[0-9a-f]{16}", fullmatch=True), st.integers(0, 10**6))
def test_what_is_written_is_read_again(one: Selection, head: str, count: int) -> None:
    """Any selection, whatever its values hold, is read from its pin as it was written; so it is found in a text."""
    digests = (("count", str(count)), ("digest", head)) if one.table else (("rows", head), ("figures", head[::-1]))
    pin = Pin(selection=one, digests=digests)

    assert Pin.of(str(pin)) == pin
    assert "\n" not in str(pin)
    assert list(pins_in(f"See {pin}, as printed.")) == [str(pin)]
    assert pickle.loads(pickle.dumps(pin)) == pin  # noqa: S301


@given(st.dictionaries(NAMES, st.lists(WORDS, max_size=4), max_size=4), st.randoms())
def test_order_is_not_in_a_selection(told: dict[str, list[str]], random: Any) -> None:
    """Conditions and values in another order, and values told twice, are the same selection."""
    one = Selection(dataset="picss", release="2026-11-22").of("figures")
    names = list(told)
    random.shuffle(names)
    other = {name: [*reversed(told[name]), *told[name]] for name in names}

    assert one.filtered(told) == one.filtered(other)
    assert str(one.filtered(told)) == str(one.filtered(other))


# Pins in texts

SOME = (
    WHOLE,
    "conflictdata/pips@2026-11-22;as_of=2025-11-05;undated=assume rows=37e6c600e80b22f1 figures=870083228f65fda0",
    "conflictdata/pips@2026-11-22.1 figures?area=PK&area=PK-BA;within=2024-01/2024-09 count=12 digest=870083228f65fda0",
    "conflictdata/pips@2026-11-22.1 figures?area count=0 digest=e3b0c44298fc1c14",
    "conflictdata/pips@2026-11-22.1 series(area=PK&group=total&scope=all)?gap=true count=1 digest=870083228f65fda0",
)


ENDS = (*".,;:)]}>\"'`|\\!?*_-…”»“/&", "\\n", "</code>", "\n", "", " and", " n=5", ").", "`,")


@pytest.mark.parametrize("end", ENDS)
def test_what_stands_around_a_pin_is_no_part_of_it(end: str) -> None:
    """A pin is found as it is, whatever sign or word stands before or behind it."""
    for start in ("", "(", '"', "`", "\\n", "| ", "> ", "see:", "<code>"):
        for pin in SOME:
            assert list(pins_in(f"{start}{pin}{end}")) == [pin]
            assert list(pins_in(f"{start}{pin}{end} {start}{pin}{end}")) == [pin, pin]


@pytest.mark.parametrize(
    "text",
    [
        "The counts are those of {0} (see {1}), and the figure shows {2}.",
        "\\begin{{verbatim}}\n{0}\n  {1}\n\\end{{verbatim}}\n\\verb|{2}|",
        "Pins: `{0}`, `{1}`\n\n```text\n{2}\n```\n",
        "<p><code>{0}</code> <code>{1}</code></p><pre>{2}</pre>",
        "# {0}\n# {1}\nverify('{2}')  # checked",
        "{0}, {1}, {2}",
        "{0} {1} {2}",
        "{0}\n{1}\n{2}",
    ],
)
def test_pins_are_found_in_texts(text: str) -> None:
    """In prose, LaTeX, Markdown, HTML, programs, in a line or one a line: each pin is found, in order."""
    assert list(pins_in(text.format(*SOME[:3]))) == list(SOME[:3])


def test_pins_are_found_in_notebooks() -> None:
    """In the strings of JSON, with the escapes that it writes."""
    cells = [{"source": [f"verify('{SOME[0]}')\n", f"# {SOME[2]}\n"], "text": "\n".join(SOME)}]

    for indent in (None, 1):
        assert list(pins_in(json.dumps({"cells": cells}, indent=indent))) == [SOME[0], SOME[2], *SOME]


def test_a_pin_that_a_text_breaks_is_put_together() -> None:
    """An editor breaks lines between the parts of a pin; it is found as one line, with one space between."""
    for pin in SOME:
        assert list(pins_in(f"as in {pin.replace(' ', chr(10) + '    ')} there")) == [pin]
        assert list(pins_in(pin.replace(" ", "\xa0"))) == [pin]


@pytest.mark.parametrize(
    "broken",
    [
        "conflictdata/pips@2026-11-22.1",
        "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb",
        "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb figures=",
        "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb figures=87008322",
        "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb figures=870083228f65fdag",
        "conflictdata/pips@2026-11-22.1 rows=CBECF2277682EFCB figures=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 figures=870083228f65fda0",
        "conflictdata/pips@latest rows=cbecf2277682efcb figures=870083228f65fda0",
        "conflictdata/pips@next rows=cbecf2277682efcb figures=870083228f65fda0",
        "conflictdata/pips@ rows=cbecf2277682efcb figures=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1;as_of=today rows=cbecf2277682efcb figures=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 figures?area=PK",
        "conflictdata/pips@2026-11-22.1 figures?area=PK count=12",
        "conflictdata/pips@2026-11-22.1 figures?area=PK digest=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 numbers?area=PK count=12 digest=870083228f65fda0",
        "conflictdata/acled@2026-11-22.1 rows=cbecf2277682efcb figures=870083228f65fda0",
    ],
)
def test_a_broken_pin_is_not_passed_over(broken: str) -> None:
    """What begins as a pin is found, whole or not, and what is wrong with it is said; the pin beside it is found too."""
    found = list(pins_in(f"Of ({WHOLE}), {broken} and {SOME[2]}."))

    assert found == [WHOLE, broken, SOME[2]]
    with pytest.raises(PinError):
        cd.verify(broken)


@pytest.mark.parametrize("text", ["", "conflictdata", "conflictdata/pips", "conflictdata/<dataset>@<release>", "x@y rows=1"])
def test_what_does_not_begin_as_a_pin_is_none(text: str) -> None:
    """The name of the package, or a form to fill in, is not taken for one."""
    assert list(pins_in(text)) == []


def test_long_texts_are_searched_at_once() -> None:
    """The time to search a text grows by its length: a head before many words is soon seen to be no more."""
    began = time.perf_counter()
    words = " ".join(["conflictdata/picss@2026-11-22", *["abcdefgh"] * 200_000, "a" * 200_000, " " * 200_000])

    assert list(pins_in(words)) == ["conflictdata/picss@2026-11-22"]
    assert len(list(pins_in("conflictdata/picss@2026-11-22 figures? " * 2000))) == 2000
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("escape", [r"\&", "&amp;"], ids=["latex", "html"])
def test_a_pin_holds_as_latex_and_html_write_it(escape: str) -> None:
    """A paper or a page escapes what a pin is made of; what is found is the pin itself."""
    (pin,) = pins_in(rf"\texttt{{{SOME[2].replace('&', escape).replace('_', chr(92) + '_')}}}.")

    assert pin == SOME[2]
    assert "&" in pin
