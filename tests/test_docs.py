"""The links of the documentation lead somewhere, its counted parts are the record's, and its guides can be followed."""

import csv
import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import duckdb
import pytest

import conflictdata as cd
from conflictdata import Reason, Verdict, checks
from conflictdata.implication import Reports
from datasets.tools.__main__ import _parser, main
from datasets.tools.curate import add
from datasets.tools.history import DatasetRecord
from datasets.tools.pages import REASONS, VERDICTS, example, update
from website.blocks import blocks

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
MADE = (DOCS / "data", DOCS / "changelog.md")  # by website/ as mkdocs runs, which is strict about links from and to them
LATER = (*MADE, DOCS / "reference")  # and the anchors of the reference, which follow from docstrings
PAGES = sorted(
    [*ROOT.glob("[A-Z]*.md"), *(page for page in DOCS.rglob("*.md") if not any(page.is_relative_to(made) for made in MADE))]
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_within_the_documentation_lead_somewhere(page: Path) -> None:
    """Every relative link names a file that is there, and a heading that it has."""
    text = page.read_text(encoding="utf-8")
    links = [part.split(")")[0] for part in text.split("](")[1:]]
    for link in links:
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if any(target.is_relative_to(made) for made in LATER) and page.is_relative_to(DOCS):
            continue
        assert target.is_file(), link
        headings = [line.lstrip("# ") for line in target.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        slugs = {"-".join("".join(c for c in h.lower() if c.isalnum() or c in " -").split()) for h in headings}
        assert not anchor or anchor in slugs, (link, slugs)
        assert page.parent == ROOT or target.is_relative_to(DOCS), f"{link} leads out of the site"


def rewind(folder: Path, last: str, to: str) -> None:
    """Let one dataset of a copy of the record stand as it did at an earlier release."""
    for path in folder.glob("*.csv"):
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


def rewound(root: Path, tmp_path: Path, *names: str) -> Path:
    """Give a copy of the record in which some datasets stand as they did at the first release."""
    record = tmp_path / "datasets"
    shutil.copytree(root, record, ignore=shutil.ignore_patterns("__pycache__"))
    for name in names:
        rewind(record / name, "2026-11-22.1", "2026-11-22")
    return record


@pytest.mark.gate
def test_the_form_of_the_guide_gives_the_rows_of_the_record(
    root: Path, recorded: Mapping[str, DatasetRecord], tmp_path: Path
) -> None:
    """The example is real: on the first release it adds the page and the rows that the second has of it."""
    (written,) = (
        block for block in blocks((DOCS / "add-a-month.md").read_text(encoding="utf-8")) if block.language == "toml"
    )
    form = tmp_path / "october.toml"
    form.write_text(written.text, encoding="utf-8")
    record = rewound(root, tmp_path, "pips")

    proposal = add(record, form)
    page = "brecorder-31c435"
    edition = recorded["pips"].at("2026-11-22.1")
    assert [p for p in proposal.after.now.sources if p.id == page] == [p for p in edition.sources if p.id == page]
    expected = [s for s in edition.statements if s.source.id == page]
    assert [s for s in proposal.after.now.statements if s.source.id == page] == expected
    assert len(expected) == 20


@pytest.mark.slow
def test_the_guide_can_be_followed(root: Path, tmp_path: Path) -> None:
    """All its commands run in their order in a checkout as it was then, and print what it says that they print."""
    record = rewound(root, tmp_path, "pips", "crss")
    shutil.copytree(Path(cd.__file__).parent, tmp_path / "conflictdata", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(DOCS, tmp_path / "docs")
    for name in ("CHANGELOG.md", "CITATION.cff", ".zenodo.json", "pyproject.toml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    command = tmp_path / "bin" / "conflictdata"
    command.parent.mkdir()
    command.write_text('#!/bin/sh\nexec python -m conflictdata "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    path = [str(command.parent), str(Path(sys.executable).parent), os.environ["PATH"]]
    author = {f"GIT_{who}_{what}": "someone" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **author, "PATH": os.pathsep.join(path), "GIT_EDITOR": "echo October >"}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "", "PYTHONSAFEPATH": ""}

    def run(commands: str) -> str:
        done = subprocess.run(
            [shutil.which("bash") or "", "-euo", "pipefail", "-c", commands],
            cwd=tmp_path,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{commands}{done.stdout}{done.stderr}"
        return done.stdout

    run("python -m datasets.tools build && git init -q . && git add datasets docs CHANGELOG.md && git commit -q -m then")
    files = iter(("october.toml", "gone.csv", "corrections.csv"))
    printed = ""
    for block in blocks((DOCS / "add-a-month.md").read_text(encoding="utf-8")):
        if block.language == "sh":
            printed = run(block.text)
        elif block.language == "text":
            assert set(block.text.splitlines()) - {"…", ""} <= set(printed.splitlines())
        else:
            (tmp_path / next(files)).write_text(block.text, encoding="utf-8")
    assert list(files) == []
    assert len(cd.load("pips").releases) > 1
    assert run("git log -1 --format=%s") == "October\n"
    assert main(["check"], record) == 0


def test_the_commands_of_the_record_are_all_there(root: Path) -> None:
    """The page lists every command of the tools, each as it can be given."""
    (block,) = blocks((DOCS / "record.md").read_text(encoding="utf-8"))
    given = [shlex.split(line.partition(" >>")[0], comments=True) for line in block.text.splitlines()]
    assert {tuple(words[:3]) for words in given} == {("python", "-m", "datasets.tools")}
    parsed = [_parser(root).parse_args(words[3:]).command for words in given]
    with pytest.raises(SystemExit):
        _parser(root).parse_args(["no-such-command"])
    (commands,) = (action.choices for action in _parser(root)._actions if action.dest == "command")  # noqa: SLF001
    assert sorted(parsed) == sorted(commands or ())


def test_the_drawings_of_the_house_name_what_is_there() -> None:
    """Every file, folder and name that they name is there, and every folder and script that is there is named."""
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    tree, build, run = (block.text for block in blocks(page))
    made = {"site", "screenshots", "dist"}
    assert all(
        f"{path.name}/" in tree
        for path in ROOT.iterdir()
        if path.is_dir() and path.name[0] not in "._" and path.name not in made
    )
    assert all(f"| `.ci/{path.name}` |" in page for path in (ROOT / ".ci").iterdir() if not path.suffix)
    data = Path(cd.__file__).parent / "data"
    folder = ROOT / "datasets" / "picss"
    listed = re.findall(r"[\w./]+\.(?:py|toml|csv)\b", tree)
    assert len(listed) == 12
    for name in listed:
        assert (ROOT / name).is_file() or (folder / name).is_file() or (ROOT / "datasets" / name).is_file(), name
    assert {path.name for path in folder.iterdir()} == {name for name in listed if (folder / name).is_file()}
    for name in re.findall(r"[\w.]+/", tree):
        assert any(
            (place / name).is_dir()
            for place in (ROOT, ROOT / "datasets", ROOT / "website", Path(cd.__file__).parent, data.parent.parent)
        )
    (tables,) = re.findall(r"\{([\w,]+)\}\.parquet", build)
    there = {path.name for path in (data / "picss").iterdir()}
    told = {f"{table}{end}" for table in tables.split(",") for end in (".parquet", ".closed.parquet")}
    told |= {name for name in ("releases.parquet", "datapackage.json") if name in build}
    assert there <= told
    assert {name for name in told if "closed" not in name} <= there
    assert (data / "manifest.json").is_file()
    assert (data.parent / "_manifest.py").is_file()
    (parameters,) = re.findall(r"load\(([\w, ]+)\)", run)
    assert set(parameters.split(", ")) <= set(inspect.signature(cd.load).parameters)
    dataset = cd.load("picss")
    for name in ("figures", "statements", "revisions", "balances", "discrepancies", "claims", "breaks"):
        assert name in run
        assert len(getattr(dataset, name)) > 0


def _is_listed(listed: set[str], figure: cd.Figure) -> bool:
    return f"{figure.area} {figure.scope} {figure.group} {figure.value}" in listed


def test_what_the_page_names_as_binding_binds() -> None:
    """The numbers that it lists for a cell alone leave the interval that it gives, whatever set the solver names today."""
    (block,) = (b for b in blocks((DOCS / "implied.md").read_text(encoding="utf-8")) if b.language == "text")
    figures = cd.load("picss", release="2026-11-22").figures.filter(period="2025-10", measure="killed")
    structure = cd.Structure.declared()
    cells = re.split(r"\n(?! )", block.text.strip())
    assert len(cells) == 14
    for told in cells:
        (head, interval), *rest = (line.strip().split(": ") for line in told.splitlines())
        listed = {line for (line,) in rest}
        named = figures.where(partial(_is_listed, listed))
        assert len(named) == len(listed)
        area, scope = head.split(", ")
        key = ("picss", "2025-10", area, scope, "killed", "militants")
        counts = checks.of_figures(named, [], structure).cells
        assert counts.columns == ("dataset", "period", "area", "scope", "measure", "group")
        ((answer, _),) = Reports(counts, structure).ask([key])
        assert str(cd.Interval(answer.low, answer.high)) == interval, head


@pytest.mark.skipif(not all(map(shutil.which, ("sh", "awk", "sha256sum"))), reason="needs sh, awk and sha256sum")
def test_the_shell_of_the_page_takes_the_digest(root: Path) -> None:
    """The lines as they stand on the page give what the release says."""
    shells = [
        b for b in blocks((DOCS / "releases.md").read_text(encoding="utf-8")) if b.language == "sh" and "sha256sum" in b.text
    ]
    (block,) = shells
    release = cd.load("crss").releases[0]
    command = [shutil.which("sh") or "", "-c", block.text, "sh", str(root / "crss"), release.label]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.split()[0] == release.rows_digest


@pytest.mark.parametrize("table", ["sources", "statements", "figures"])
def test_an_earlier_release_is_put_together_from_the_files(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The query of the documentation gives the rows that the library gives."""
    (block,) = (b for b in blocks((DOCS / "releases.md").read_text(encoding="utf-8")) if b.language == "sql")
    query = block.text
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


def test_the_story_of_the_start_page_is_the_record_s() -> None:
    """458 stand on a page whose three groups make 457; 31 civilians hold the one who is missing, or two pages do not say."""
    statements = cd.load("picss", release="2026-11-22").statements
    told = statements.filter(period="2025-10", area="PK", scope="all", measure="killed", report_period="2025-10")
    opinion = {s.group.value: s.value for s in told if s.source.id == "dailytimespk-bab5c8"}
    assert opinion.pop("total") == 458
    assert (len(opinion), sum(opinion.values())) == (3, 457)
    more = [s for s in told if s.group == "civilians" and s.value == 31]
    silent = [s.source.outlet for s in more if "peace_committee" not in s.includes]
    assert sorted(silent) == ["Express", "National Times"]
    assert len(more) > len(silent)
    assert len([s for s in told if s.group == "peace_committee" and s.value == 1]) > 1
    start = (DOCS / "index.md").read_text(encoding="utf-8")
    assert "gives 458 killed, and three groups that make 457" in start
    assert "31 civilians, and two\ngive 31 without a word on it" in start


def test_the_paper_of_the_guide_names_the_version() -> None:
    """The sentence for a paper names the package as it is installed, and the pin of the release."""
    (paper,) = (b.text for b in blocks((DOCS / "howto" / "pin.md").read_text(encoding="utf-8")) if b.file == "paper.tex")
    assert f" of conflictdata {cd.__version__}, release 2026-11-22:" in paper
    assert cd.load("picss", release="2026-11-22").pin() in paper


def test_the_rates_of_the_readings_are_told_alike() -> None:
    """The data statement and the README give those of the record's own page, which counts them."""
    record = (DOCS / "record.md").read_text(encoding="utf-8")
    (first,) = re.findall(r"blind second reading of (\d+) pages", record)
    (second,) = re.findall(r"; (\d+) were found", record)
    (one,) = re.findall(r"about (\d) % of the numbers", record)
    other, coded, share = re.findall(r"for (\d+) of the ([\d,]+) \((\d) %\)", record)[0]
    assert share == f"{100 * int(other) / int(coded.replace(',', '')):.0f}"
    for page in (DOCS / "statement.md", ROOT / "README.md"):
        text = " ".join(page.read_text(encoding="utf-8").split())
        assert f"of {first} and of {second} pages" in text
        assert f"for {one} % and {share} % of them" in text or f"chosen for {one} % and {share} % of them" in text


def test_every_verdict_and_reason_has_a_real_example() -> None:
    """Each is shown on a balance of the record that has it."""
    assert set(VERDICTS) == set(Verdict) - {Verdict.INVALID}
    assert set(REASONS) == set(Reason)
    assert all(example(told).verdict is verdict for verdict, told in VERDICTS.items())
    assert all(example(told).reason is reason for reason, told in REASONS.items())
