"""What is no pin, and what does not hold: refused with its form, or with all that differs."""

import functools
import pickle
import re
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata import Dataset, Figure, Pin, PinError, Table
from conflictdata.schema import to_arrow
from tests.shared.pinned import PIPS_SERIES, WHOLE, same

# What has no pin


def test_what_no_line_can_say_has_no_pin() -> None:
    """Rows chosen by `where` or by places, or of no release, have no pin, nor what is made of them; the error says why."""
    cmc = cd.load("cmc")
    chosen = cmc.figures.where(lambda figure: figure.value)
    by_hand = Table(to_arrow(Figure, []), Figure, "figures")

    for table in (
        chosen,
        chosen.filter(area="PK"),
        cmc.figures[:5],
        cmc.figures[:],
        cmc.figures.filter(area="PK")[::2],
        by_hand,
        cmc.releases,
        cd.diff("cmc", "2026-11-22").table,
    ):
        with pytest.raises(PinError, match=r"is of no release, or was chosen by where\(\) or by places"):
            table.pin()


def test_what_waits_for_a_release_has_no_pin() -> None:
    """The record between two releases may still change."""
    cmc = cd.load("cmc")
    waiting = Dataset("cmc", "next", cmc.read, cmc.schema)

    with pytest.raises(PinError, match="the release to come, 'next'"):
        waiting.pin()
    for table in (waiting.figures, waiting.figures.filter(area="PK"), waiting.balances, waiting.tally()):
        with pytest.raises(PinError, match="the release to come, 'next'"):
            table.pin()


# What is no pin, and what does not hold


@functools.cache
def pins() -> list[str]:
    """Give pins of each kind, of selections that differ between the releases."""
    pips = cd.load("pips")
    known = cd.load("pips", as_of="2025-11-05")
    return [
        pips.pin(),
        known.pin(),
        pips.statements.filter(report_period="2024-10").pin(),
        pips.figures.filter(period="2024-10", area=["PK", "PK-BA", "PK-SD"]).filter(within="2024").pin(),
        pips.unprotected().filter(subset=False, period="2024-10").pin(),
        pips.revision_summary().pin(),
        known.series(**PIPS_SERIES).filter(gap=False).pin(),
    ]


def test_the_example_is_of_today() -> None:
    """The pin that the tests below break verifies as it stands."""
    assert cd.load("pips").pin() == WHOLE
    assert cd.verify(WHOLE) is cd.load("pips")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "conflictdata",
        "conflictdata/pips",
        "conflictdata/pips@2026-11-22.1",
        "conflictdata/pips@2026-11-22.1 rows=cbecf2277682efcb",
        "conflictdata/pips@2026-11-22.1 figures=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 figures=870083228f65fda0 rows=cbecf2277682efcb",
        f"{WHOLE[:-1]}",
        f"{WHOLE}0",
        f"{WHOLE} more",
        f"a {WHOLE}",
        f"{WHOLE}\n{WHOLE}",
        WHOLE.replace(" ", "  "),
        WHOLE.replace("pips@", "PIPS@"),
        WHOLE.replace("2026-11-22.1", "2026-11-22.0"),
        WHOLE.replace("2026-11-22.1", "next"),
        WHOLE.replace("2026-11-22.1", "2026-11-22.1;as_of=2025-11-05"),
        WHOLE.replace("2026-11-22.1", "2026-11-22.1;undated=assume"),
        WHOLE.replace("2026-11-22.1", "2026-11-22.1;as_of=2025-11-05;undated=perhaps"),
        WHOLE.replace("2026-11-22.1", "2026-11-22.1;as_of=2025-W45-3;undated=assume"),
        "conflictdata/pips@2026-11-22.1 figures digest=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 figures count=1288",
        "conflictdata/pips@2026-11-22.1 figures rows=cbecf2277682efcb figures=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 count=1288 digest=870083228f65fda0",
        "conflictdata/pips@2026-11-22.1 series(area=PK&area=PK&group=total) count=1 digest=870083228f65fda0",
    ],
)
def test_what_is_no_pin_is_refused_with_its_form(text: str) -> None:
    """A line cut short, a part in the wrong place, more than a line: the error gives the text, and what a pin looks like."""
    with pytest.raises(PinError, match="is no pin: a line like conflictdata/picss@") as caught:
        cd.verify(text)
    assert caught.value.pin == text.strip()
    with pytest.raises(PinError):
        Pin.of(text)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("pips@", "acled@", "unknown dataset 'acled'; valid: cmc, crss, picss, pips"),
        ("22.1", "22.2", "unknown release of pips '2026-11-22.2'.*A later version of the package may have it"),
        ("22.1", "22", "rows is 37e6c600e80b22f1 in this install, and cbecf2277682efcb in the pin"),
        ("pips@", "picss@", "figures is c740f3531e3e0202 in this install"),
        ("22.1 ", "22.1;as_of=2025-11-05;undated=assume ", "in this install"),
        ("22.1 ", "22.1;as_of=2025-02-30;undated=assume ", "2025-02-30 is no day"),
        ("22.1 ", "22.1;as_of=2001-01-01;undated=assume ", "is known as of 2007-12-31 to 2026-11-22, not as of 2001-01-01"),
        ("22.1 ", "22.1;as_of=2027-01-01;undated=exclude ", "not as of 2027-01-01"),
        ("rows=c", "rows=d", "rows is cbecf2277682efcb in this install, and dbecf2277682efcb in the pin"),
        ("figures=8", "figures=9", "figures is 870083228f65fda0 in this install"),
    ],
)
def test_a_dataset_that_is_not_as_pinned_is_refused(old: str, new: str, why: str) -> None:
    """Another dataset, release, day or digest: the error says what differs."""
    changed = WHOLE.replace(old, new)
    assert changed != WHOLE

    with pytest.raises(PinError, match=f"(?s){why}") as caught:
        cd.verify(changed)
    assert caught.value.pin == changed


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("figures?", "figure?", "unknown table 'figure'; valid: sources, statements, figures"),
        ("figures?", "pin?", "unknown table 'pin'"),
        ("figures?", "source?", "unknown table 'source'"),
        ("figures?", "statements?", "digest is .* in this install"),
        ("figures?", "figures(area=PK)?", "unknown argument of figures 'area'"),
        ("figures?", "series?", "series.*missing"),
        ("figures?", "series(measure=killed&group=total&area=PK-XX&scope=all)?", "unknown area 'PK-XX'"),
        ("figures?", "series(measure=killed&group=total&area=PK&scope=all&every=week)?", "unknown period_kind 'week'"),
        ("figures?", "tally(axis=groups)?", "unexpected keyword argument 'axis'"),
        ("area=PK&", "area=PK-XX&", "unknown area 'PK-XX'"),
        ("area=PK&", "area=&", "unknown area ''"),
        ("area=PK&", "area=true&", "unknown area 'true'"),
        ("area=PK&", "area=PK-GB&", "count is"),
        ("area=PK&", "area&", "count is"),
        ("area=PK&", "colour=red&", "unexpected keyword argument 'colour'"),
        ("area=PK&", "self=PK&", "self"),
        ("area=PK&", "", "count is"),
        ("area=PK&", "claim=share&", "unknown column of figures of pips 'claim'"),
        ("area=PK&", "source=nowhere&", "unknown source 'nowhere'"),
        ("area=PK&", "source=true&", "unknown source 'true'"),
        ("2024-10", "2024-13", "month that does not exist|not exist"),
        ("2024-10", "last%20year", "'last year' is not a period"),
        ("count=", "count=0", "in this install, and 0"),
    ],
)
def test_a_table_that_is_not_as_pinned_is_refused(old: str, new: str, why: str) -> None:
    """An unknown table, condition or code, another count: a PinError that says so, and no other exception."""
    pin = cd.load("pips").figures.filter(period="2024-10", area=["PK", "PK-SD"]).pin()
    assert old in pin

    with pytest.raises(PinError, match=why):
        cd.verify(pin.replace(old, new, 1))


def test_a_flag_that_is_no_flag_is_refused() -> None:
    """Only `true` and `false` are flags."""
    pin = cd.load("pips").statements.filter(subset=True).pin()

    with pytest.raises(PinError, match="'maybe' is neither True nor False"):
        cd.verify(pin.replace("subset=true", "subset=maybe"))


def test_all_that_differs_is_said() -> None:
    """Rows and figures, count and digest: each that is not as pinned is named with both values."""
    with pytest.raises(PinError) as caught:
        cd.verify(WHOLE.replace("pips@2026-11-22.1", "pips@2026-11-22"))
    assert caught.value.differences == (
        "rows is 37e6c600e80b22f1 in this install, and cbecf2277682efcb in the pin",
        "figures is 053c56c60ce45cae in this install, and 870083228f65fda0 in the pin",
    )
    pin = cd.load("pips").figures.pinned()
    with pytest.raises(PinError) as caught:
        cd.verify(attrs.evolve(pin, digests=(("count", "7"), ("digest", "0" * 16))))
    count, head = pin.digests
    assert caught.value.differences == (
        f"count is {count[1]} in this install, and 7 in the pin",
        f"digest is {head[1]} in this install, and {'0' * 16} in the pin",
    )


def test_a_pin_made_by_hand_is_held_to_the_same() -> None:
    """A pin without its digests, or with a mode that there is not, verifies nothing."""
    pin = cd.load("pips").pinned()

    for digests in ((), pin.digests[:1], (("count", "1"), ("digest", "0" * 16))):
        with pytest.raises(PinError, match="and None in the pin"):
            cd.verify(attrs.evolve(pin, digests=digests))
    known = cd.load("pips", as_of="2024-11-09").pinned()
    with pytest.raises(PinError, match="neither exclude nor assume"):
        cd.verify(attrs.evolve(known, selection=attrs.evolve(known.selection, undated="Exclude")))


@given(st.data())
@settings(max_examples=settings().max_examples * 3 // 5)
def test_no_other_digit_verifies(data: st.DataObject) -> None:
    """A pin with any one character of its digests or its count changed is refused."""
    pin = data.draw(st.sampled_from(pins()))
    told = re.search(r"(?:rows|count)=(\w+) \w+=(\w+)$", pin)
    assert told
    place = data.draw(st.sampled_from([*range(*told.span(1)), *range(*told.span(2))]))
    other = data.draw(st.sampled_from("0123456789abcdefg").filter(lambda digit: digit != pin[place]))

    with pytest.raises(PinError):
        cd.verify(f"{pin[:place]}{other}{pin[place + 1 :]}")


ALPHABET = st.sampled_from("abcdefPK0123456789-_./:%?&;=() \n+~é") | st.characters(codec="utf-8")


@given(st.data())
@settings(max_examples=settings().max_examples * 4 // 5)
def test_an_edited_pin_is_refused_or_means_the_same(data: st.DataObject) -> None:
    """Whatever is inserted, deleted or put in another place: a PinError, or the very rows that were pinned."""
    pin = data.draw(st.sampled_from(pins()))
    text = pin
    for _ in range(data.draw(st.integers(1, 3))):
        a, b = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
        b = min(b, a + 8)
        text = data.draw(
            st.sampled_from([text[:a] + text[b:], text[:a] + text[a:b] * 2 + text[b:], text[:a], text[b:]])
            | ALPHABET.map(lambda letter: text[:a] + letter + text[a:])  # noqa: B023
            | ALPHABET.map(lambda letter: text[:a] + letter + text[a + 1 :])  # noqa: B023
        )
    try:
        found = cd.verify(text)
    except PinError:
        return
    meant = cd.verify(pin)
    assert found.pinned().digests == meant.pinned().digests
    if isinstance(found, Table) and isinstance(meant, Table):
        assert same(found, meant)
    else:
        assert found is meant


def test_a_pin_holds_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Pins that one program prints verify in another that has opened nothing yet; so does a pin that was pickled."""
    (tmp_path / "pins.pickle").write_bytes(pickle.dumps([*pins(), cd.load("cmc").figures.pinned()]))
    program = (
        "import pickle, conflictdata as cd\n"
        "for pin in pickle.load(open('pins.pickle', 'rb')): print(cd.verify(pin).pin() == str(pin))\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True)

    assert done.stdout.split() == ["True"] * 8
