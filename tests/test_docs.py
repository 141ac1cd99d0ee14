"""The examples of the documentation are run, and give what they show."""

import csv
import doctest
import shutil
from pathlib import Path

import duckdb
import pytest

import conflictdata as cd
from conflictdata import Reason, Verdict
from datasets.tools.__main__ import main
from datasets.tools.curate import add, correct
from datasets.tools.pages import REASONS, VERDICTS, example, update
from datasets.tools.read import read
from website.make import MADE

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
        if "://" in link or link.split("/")[0] in MADE:  # the site's own build holds links to what it makes
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_file(), link
        headings = [line.lstrip("# ") for line in target.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        slugs = {"-".join("".join(c for c in h.lower() if c.isalnum() or c in " -").split()) for h in headings}
        assert not anchor or anchor in slugs, (link, slugs)


def rewound(root: Path, tmp_path: Path, name: str, last: str, to: str) -> Path:
    """Give a copy of the record in which one dataset stands as it did at an earlier release."""
    record = tmp_path / "datasets"
    shutil.copytree(root, record, ignore=shutil.ignore_patterns("tools", "__pycache__"))
    for path in (record / name).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        start = head.index("label") if "label" in head else head.index("from_release")
        kept = [row for row in rows if row[start] <= to]
        if path.name == "digests.csv":
            kept = [row for row in kept if row[head.index("to_release")] < last]
        for row in kept:
            if "withdrawn" in head and row[head.index("to_release")] >= last:
                row[head.index("to_release")] = row[head.index("withdrawn")] = ""
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *kept])
    return record


def test_the_form_of_the_guide_gives_the_rows_of_the_record(root: Path, tmp_path: Path) -> None:
    """The example is real: on the first release it adds the page and the rows that the second has of it."""
    guide = (ROOT / "docs" / "add-a-month.md").read_text(encoding="utf-8")
    form = tmp_path / "october.toml"
    form.write_text(guide.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    record = rewound(root, tmp_path, "pips", "2026-11-22.1", "2026-11-22")

    proposal = add(record, form)
    page = "brecorder-31c435"
    (real,) = (dataset for dataset in read(root) if dataset.name == "pips")
    edition = real.at("2026-11-22.1")
    assert [p for p in proposal.after.now.sources if p.id == page] == [p for p in edition.sources if p.id == page]
    expected = [s for s in edition.statements if s.source.id == page]
    assert [s for s in proposal.after.now.statements if s.source.id == page] == expected
    assert len(expected) == 20
    for line in guide.partition("for these lines:\n\n")[2].partition("\n\nWhere a number")[0].splitlines():
        assert line.strip() in str(proposal)
    correction = tmp_path / "gone.csv"
    correction.write_text("\n".join(line.strip() for line in guide.partition("$ cat gone.csv\n")[2].splitlines()[:3]) + "\n")
    proposal.write()
    after = correct(record, "pips", correction)
    after.write()
    assert len(after.diff.rows) == 2
    assert main(["check"], record) == 0


@pytest.mark.parametrize("table", ["sources", "statements", "figures"])
def test_an_earlier_release_is_put_together_from_the_files(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The query of the documentation gives the rows that the library gives."""
    query = (ROOT / "docs" / "releases.md").read_text(encoding="utf-8").partition("```sql\n")[2].partition("```")[0]
    monkeypatch.chdir(Path(cd.__file__).parent / "data" / "picss")
    if not Path(f"{table}.closed.parquet").exists():
        query = query.partition("union all by name\n")[2]
    found = duckdb.connect().execute(query.replace("statements", table))
    head = [column[0] for column in found.description or ()]
    rows = [dict(zip(head, row, strict=True)) for row in found.fetchall()]
    expected = cd.load("picss", release="2026-11-22").read(table)

    told = [{name: row[name] for name in expected.column_names} for row in rows]
    assert sorted(map(str, told)) == sorted(map(str, expected.to_pylist()))


def test_what_is_counted_from_the_record_is_up_to_date() -> None:
    """The tables of the documentation are those that the record gives today."""
    assert update(ROOT / "docs", check=True) == []


def test_every_verdict_and_reason_has_a_real_example() -> None:
    """Each is shown on a balance of the record that has it."""
    assert set(VERDICTS) == set(Verdict) - {Verdict.INVALID}
    assert set(REASONS) == set(Reason)
    assert all(example(told).verdict is verdict for verdict, told in VERDICTS.items())
    assert all(example(told).reason is reason for reason, told in REASONS.items())
