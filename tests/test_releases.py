"""Making a release: what is refused, what it leaves behind, and what the changelog says of it."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import pytest

from conflictdata import RecordError
from datasets.tools import __main__ as tools
from datasets.tools.__main__ import main
from datasets.tools.format import format_record
from datasets.tools.release import next_label
from tests.shared.editing import bytes_of, edit, one
from tests.shared.releasing import DAY, HERE, listed, publish


class Later(date):
    """A clock that stands on a later day than those of the tests."""

    @classmethod
    def today(cls) -> Self:
        """Give that day."""
        return cls(2027, 12, 31)


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands are run on a later day: a release of a day to come is refused."""
    monkeypatch.setattr(tools, "date", Later)


def test_a_release_of_a_day_to_come_is_refused(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else none could be made until that day is over."""
    listed(released, "s01,value,459,misread")
    before = bytes_of(released.parent)
    assert main(["release", "picss", "--why", "It was misread.", "--day", "2028-01-01"], released) == 1
    assert "releases.csv: label: 2028-01-01 has not come yet" in capsys.readouterr().err
    assert before == bytes_of(released.parent)


# What a release refuses, and what it leaves behind.


def refused(record: Path) -> str:
    """Ask for a release that is refused, and give why; every byte stays."""
    before = bytes_of(record.parent)
    with pytest.raises(RecordError) as caught:
        publish(record, day=DAY + timedelta(days=1))
    assert before == bytes_of(record.parent)
    return str(caught.value)


def test_a_release_needs_something_that_waits(released: Path) -> None:
    """Nothing waits: nothing is released."""
    assert "datasets/picss: holds nothing that waits for a release" in refused(released)


def test_a_release_needs_the_canonical_form(released: Path) -> None:
    """A file that the formatter would change has to be formatted first, and is named."""
    listed(released, "s01,value,459,misread")
    path = released / "cmc" / "statements.csv"
    head, first, second = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{head}\n{second}\n{first}\n", encoding="utf-8")

    assert "datasets/cmc/statements.csv: is not in canonical form: python -m datasets.tools format" in refused(released)


def test_a_release_needs_every_sum_explained(released: Path) -> None:
    """A total that does not equal its parts is explained before it is released."""
    path = released / "picss" / "statements.csv"
    parts = zip(("militants", "security_forces", "civilians"), (355, 72, 30), strict=True)
    rows = "".join(
        f"s2{place},page-a,2025-10,2025-10,PK,all,killed,{group},{value},exact,,,,,1,next,,,,\n"
        for place, (group, value) in enumerate(parts)
    )
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    format_record(released)

    assert "discrepancies.csv: lacks picss 2025-10, Pakistan, all violence, killed, total, by groups" in refused(released)


def test_a_release_needs_a_record_without_faults(released: Path) -> None:
    """A fault of any dataset stops it."""
    listed(released, "s01,value,459,misread")
    edit(released / "cmc" / "statements.csv", ",90,exact", ",ninety,exact")

    assert "datasets/cmc/statements.csv:2: value: 'ninety' is not a whole number" in refused(released)


def test_releases_follow_each_other_in_time(released: Path) -> None:
    """One of an earlier day is refused; one of the same day gets a number."""
    listed(released, "s01,value,459,misread")
    before = bytes_of(released.parent)
    with pytest.raises(RecordError, match=r"releases\.csv: label: 2026-11-22 is before 2026-11-23\.1"):
        publish(released, day=DAY - timedelta(days=1))
    assert before == bytes_of(released.parent)
    assert next_label(one(released), DAY) == "2026-11-23.2"
    assert publish(released).label == "2026-11-23.2"


@pytest.mark.gate
def test_a_day_has_ten_releases_at_most(released: Path) -> None:
    """The eleventh has no label that would come after the tenth."""
    for number in range(8):
        listed(released, f"{one(released).now.claims[0].id},note,read {number},read again")
        publish(released)
    assert one(released).releases[-1].label == "2026-11-23.9"
    listed(released, f"{one(released).now.claims[0].id},note,once more,read again")
    with pytest.raises(RecordError, match=r"label: 2026-11-23 has ten releases, and no label is left"):
        publish(released)


@pytest.mark.parametrize("why", ["", " ", "two\nlines", " led by a space", "a\ttab"])
def test_a_release_says_why_in_one_line(released: Path, why: str) -> None:
    """A reason that the record could not hold is refused before anything is written."""
    listed(released, "s01,value,459,misread")
    before = bytes_of(released.parent)
    assert main(["release", "picss", "--why", why, "--day", "2026-11-24"], released) == 1
    assert before == bytes_of(released.parent)


def test_the_command_makes_a_release(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints the release and its digests; afterwards the check passes, and so does the form."""
    listed(released, "s01,value,459,misread")
    capsys.readouterr()
    assert main(["check"], released) == 0
    assert "rows wait for the release to come" in capsys.readouterr().out
    assert main(["release", "picss", "--why", "It was misread.", "--day", "2026-11-24"], released) == 0
    known = one(released).releases[-1]
    assert capsys.readouterr().out.splitlines() == [
        "picss 2026-11-24: 1 row added, 1 closed. It was misread.",
        f"rows {known.rows_digest}",
        f"figures {known.figures_digest}",
    ]
    assert main(["check"], released) == 0
    assert "rows wait" not in capsys.readouterr().out
    assert main(["format", "--check"], released) == 0
    assert main(["release", "picss", "--why", "Again.", "--day", "2026-11-24"], released) == 1


@pytest.mark.parametrize("at", range(8))
def test_a_failure_while_writing_leaves_every_file(released: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Whichever file cannot be put in its place, all are as they were, and nothing lies beside them."""
    listed(released, "s01,value,459,misread")
    before = bytes_of(released.parent)
    replace, tried = Path.replace, 0

    def fail(self: Path, target: Path) -> Path:
        nonlocal tried
        tried += 1
        if tried == at + 1:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="No space left"):
            publish(released, day=DAY + timedelta(days=1))
    assert tried == at + 1
    assert before == bytes_of(released.parent)
    publish(released, day=DAY + timedelta(days=1))
    assert before != bytes_of(released.parent)


# The changelog.


def test_the_changelog_says_what_a_release_changed(released: Path) -> None:
    """The newest release stands first, the rows and figures that it changed under it, the rest of the log untouched."""
    text = (released.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if line.startswith("### ")]

    assert heads == ["### picss 2026-11-23.1", "### cmc 2026-11-23", "### picss 2026-11-23"]
    assert text.startswith("# Changelog\n\nBefore.\n\n<!-- data releases: written from the record -->\n")
    assert text.endswith("<!-- end of data releases -->\n\nAfter.\n")
    assert "The first. It holds 2 sources, 4 statements, 1 claim, 1 break, 0 discrepancies, 2 figures." in text
    assert "A second one. 1 statement corrected, 1 claim corrected." in text
    new = one(released).now.statements[-1].id
    assert f"- statement corrected: `s04` by `{new}`, picss 2025-10" in text
    assert "value 161, then 163. misread" in text


@pytest.mark.gate
def test_the_changelog_is_held_against_the_record(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An edit of the section on data is found and undone; what stands around it is the maintainers' own."""
    path = released.parent / "CHANGELOG.md"
    whole = path.read_text(encoding="utf-8")
    assert main(["docs", "--check"], released) == 0
    edit(path, "then 163", "then 164")
    edit(path, "After.", "After that.")
    edited = path.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["docs", "--check"], released) == 1
    assert capsys.readouterr().out == "CHANGELOG.md\nto update: 1\n"
    assert path.read_text(encoding="utf-8") == edited
    assert main(["docs"], released) == 0
    assert path.read_text(encoding="utf-8") == whole.replace("After.", "After that.")
    assert main(["docs", "--check"], released) == 0


@pytest.mark.gate
def test_the_files_on_how_to_cite_are_written_with_the_rest(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a project stands beside the record."""
    shutil.copyfile(HERE.parent / "pyproject.toml", released.parent / "pyproject.toml")
    assert main(["docs", "--check"], released) == 1
    assert main(["docs"], released) == 0
    files = "CITATION.cff\n.zenodo.json\n"
    assert capsys.readouterr().out == f"{files}to update: 2\n{files}updated: 2\n"
    assert main(["docs", "--check"], released) == 0


def test_a_changelog_without_its_marks_stops_a_release(released: Path) -> None:
    """Where the section should stand is not guessed, and nothing is written."""
    listed(released, "s01,value,459,misread")
    edit(released.parent / "CHANGELOG.md", "<!-- end of data releases -->", "")
    before = bytes_of(released.parent)
    with pytest.raises(RecordError, match=r"CHANGELOG\.md: needs"):
        publish(released, day=DAY + timedelta(days=1))
    assert before == bytes_of(released.parent)
