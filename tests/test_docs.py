"""The examples of the documentation are run, and give what they show."""

import doctest
from pathlib import Path

import pytest

from conflictdata import Reason, Verdict
from datasets.tools.pages import REASONS, VERDICTS, example, update

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_the_examples_of_a_page_run(page: Path) -> None:
    """Every console block gives the output that stands under it."""
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")

    assert failed == 0
    assert tried or ">>>" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_links_within_the_documentation_lead_somewhere(page: Path) -> None:
    """Every relative link names a file that is there, and a heading that it has."""
    text = page.read_text(encoding="utf-8")
    links = [part.split(")")[0] for part in text.split("](")[1:]]
    for link in links:
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_file(), link
        headings = [line.lstrip("# ") for line in target.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        slugs = {"-".join("".join(c for c in h.lower() if c.isalnum() or c in " -").split()) for h in headings}
        assert not anchor or anchor in slugs, (link, slugs)


def test_what_is_counted_from_the_record_is_up_to_date() -> None:
    """The tables of the documentation are those that the record gives today."""
    assert update(ROOT / "docs", check=True) == []


def test_every_verdict_and_reason_has_a_real_example() -> None:
    """Each is shown on a balance of the record that has it."""
    assert set(VERDICTS) == set(Verdict) - {Verdict.INVALID}
    assert set(REASONS) == set(Reason)
    assert all(example(told).verdict is verdict for verdict, told in VERDICTS.items())
    assert all(example(told).reason is reason for reason, told in REASONS.items())
