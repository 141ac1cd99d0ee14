"""What a result is cited with: exactly its pages, its releases, the package; in every form."""

import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata.citations import citation_of
from conflictdata.cli import run

ROOT = Path(__file__).parent.parent
OCTOBER: dict[str, Any] = {"period": "2025-10", "area": "PK", "scope": "all", "measure": "killed"}


@pytest.fixture(scope="module")
def picss() -> cd.Dataset:
    """The dataset at a release whose numbers do not move."""
    return cd.load("picss", release="2026-11-22")


def keys(citation: cd.Citation) -> set[str]:
    """Give the ids of the pages, each of which stands there once."""
    told = [page.key for page in citation.pages]
    assert len(told) == len(set(told))
    return set(told)


def ids(pages: Iterable[cd.Source]) -> set[str]:
    """Give the ids of pages."""
    return {page.id for page in pages}


def test_a_selection_of_figures_is_cited_with_its_pages_alone(picss: cd.Dataset) -> None:
    """Filtered by codes, by a function or by place: the pages of these rows, and of no others."""
    figures = picss.figures.filter(**OCTOBER)
    whole = {page.id for figure in figures for page in figure.sources}

    assert keys(cd.cite(figures)) == whole
    assert len(whole) == 12
    assert keys(cd.cite(figures.where(lambda figure: figure.group == "civilians"))) == ids(figures[3].sources)
    assert keys(cd.cite(figures[:2])) == ids(figures[0].sources + figures[1].sources)
    assert keys(cd.cite(figures.filter(group="total", status="disputed"))) == set()


def test_pages_that_state_otherwise_come_when_they_are_asked_for(picss: cd.Dataset) -> None:
    """A number does not rest on them; a dispute does."""
    (figure,) = civilians = picss.figures.filter(**OCTOBER, group="civilians")

    assert keys(cd.cite(civilians, others=True)) == ids(figure.sources + figure.others)
    assert len(figure.others) == 2


def test_each_kind_of_table_knows_its_pages(picss: cd.Dataset) -> None:
    """Statements, claims, series, balances, revisions, comparisons: what each row says is followed to the pages."""
    statements = picss.statements.filter(period="2025-10", measure="arrested")
    assert keys(cd.cite(statements)) == ids(one.source for one in statements)

    claims = picss.claims.filter(period="2025-10", claim="highest_in_years")
    assert keys(cd.cite(claims)) == ids(claim.source for claim in claims)
    tests = picss.claim_tests.where(lambda test: test.claim == claims[0].id)
    assert keys(cd.cite(tests)) == {claims[0].source.id}

    series = picss.series(measure="killed", group="total", area="PK", scope="all").filter(period=["2025-10", "2017-04"])
    (total,) = picss.figures.filter(**OCTOBER, group="total")
    assert [point.gap for point in series] == [True, False]
    assert keys(cd.cite(series)) == ids(total.sources)

    (revision,) = revised = picss.revisions.filter(
        period="2025-01", area="PK", scope="all", measure="killed", group="militants"
    )
    (figure,) = picss.figures.filter(period="2025-01", area="PK", scope="all", measure="killed", group="militants")
    assert keys(cd.cite(revised)) == ids(revision.sources + figure.sources)

    (covered,) = covers = picss.coverage().filter(
        area="PK", scope="all", measure="killed", group="total", period_kind="year"
    )
    told = picss.statements.filter(area="PK", scope="all", measure="killed", group="total", period_kind="year")
    assert covered.figures
    assert keys(cd.cite(covers)) == ids(one.source for one in told)
    assert len(cd.cite(picss.tally()).pages) == len(cd.cite(picss).pages) == len(picss.sources)


def test_some_columns_are_cited_as_their_rows(picss: cd.Dataset, tmp_path: Path) -> None:
    """A frame that has no column of pages any more still has the pages behind it, in a file of it too."""
    october = picss.figures.filter(**OCTOBER, group="civilians")
    chosen = october.select("period", "group", "value")
    assert cd.cite(chosen) == cd.cite(october)
    assert cd.cite(chosen, others=True) == cd.cite(october, others=True) != cd.cite(october)

    chosen.to_csv(tmp_path / "october.csv")
    told = json.loads((tmp_path / "october.csv-metadata.json").read_text(encoding="utf-8"))
    assert told["dc:source"] == [page.text() for page in cd.cite(october).pages]
    assert told["dc:isVersionOf"] == ["conflictdata/picss@2026-11-22"]


def test_balances_are_cited_with_the_pages_of_total_and_parts(picss: cd.Dataset) -> None:
    """Of a page's own numbers that page, with the one that explains them; of the figures theirs, a part's statement too."""
    short = picss.source_balances.filter(period="2025-10", verdict="short", source="dailytimespk-bab5c8")
    assert keys(cd.cite(short)) == {"dailytimespk-bab5c8", "worldnewsam-cc25c7"}

    figures = picss.figures.filter(**OCTOBER)
    groups = picss.balances.filter(**OCTOBER, group="total", axis="groups")
    assert len(groups) == 1
    assert keys(cd.cite(groups)) == {page.id for figure in figures for page in figure.sources}

    statements = {one.id: one for one in picss.statements}
    parts = picss.balances.where(lambda row: any(part in statements for part in row.parts))
    (row,) = parts[:1]
    assert statements[row.parts[0]].source.id in keys(cd.cite(parts[:1]))


def test_comparisons_and_what_is_implied_know_their_pages(picss: cd.Dataset) -> None:
    """Two publishers' figures behind a row, two releases; of an implied interval the numbers that it names."""
    pips = cd.load("pips", release="2026-11-22")
    found = cd.compare(picss, pips, measure="killed", group="total", scope="militant_attacks", every="year")
    rows = found.table.filter(period="2024")
    cell: dict[str, Any] = {
        "period": "2024",
        "area": "PK",
        "scope": "militant_attacks",
        "measure": "killed",
        "group": "total",
    }
    both = [page for one in (picss, pips) for figure in one.figures.filter(**cell) for page in figure.sources]

    assert keys(cd.cite(rows)) == ids(both)
    assert [entry.key for entry in cd.cite(rows).releases] == [
        "conflictdata-picss-2026-11-22",
        "conflictdata-pips-2026-11-22",
    ]
    assert keys(cd.cite(found)) == keys(cd.cite(found.summary))
    assert keys(cd.cite(found)) < keys(cd.cite(found.side_by_side()))

    implied = cd.implied(
        picss, period="2025-10", area="PK", scope="security_operations", measure="killed", group="militants"
    )
    killed = picss.figures.filter(period="2025-10", area="PK", measure="killed", group="militants")
    named = killed.filter(scope=["all", "militant_attacks"])
    assert keys(cd.cite(implied)) == {page.id for figure in named for page in figure.sources}
    wide = picss.figures.filter(**OCTOBER).wide()
    assert keys(cd.cite(wide)) == keys(cd.cite(picss.figures.filter(**OCTOBER)))


def test_a_page_comes_once_whatever_datasets_it_serves() -> None:
    """Two datasets share pages; a comparison of them cites such a page once, by one key; keys are unique in the record."""
    pages = [page for info in cd.list_datasets() for page in cd.load(info.name).sources]
    twice = {page.url for page in pages if page.url in {other.url for other in pages if other is not page}}
    assert twice
    assert len({page.url for page in pages}) == len({page.id for page in pages}) < len(pages)

    cited = citation_of([], pages)
    assert {page.url for page in cited.pages} == {page.url for page in pages}
    assert len(cited.pages) == len(pages) - len(twice)


def test_what_does_not_know_its_pages_is_refused(picss: cd.Dataset) -> None:
    """A record alone, a table of a user's, a frame of another library: the error says what to give instead."""
    with pytest.raises(cd.InvalidValueError, match="a Figure does not know its release and its pages: give a table"):
        cd.cite(picss.figures[0])  # type: ignore[arg-type]
    mine = cd.balance([{"group": "total", "measure": "killed", "value": 1}], axis="groups")
    with pytest.raises(cd.InvalidValueError, match="cite the tables that it was made from"):
        cd.cite(mine)
    with pytest.raises(cd.PinError, match="is no pin"):
        cd.cite("conflictdata/picss@today")
    with pytest.raises(cd.UnknownNameError, match="unknown dataset 'piccs'; valid: cmc, crss, picss, pips"):
        cd.cite("piccs")


def test_releases_are_named_by_their_pins(picss: cd.Dataset) -> None:
    """The note of a release is the pin that verifies it; a day of knowledge is said; a pin itself can be cited."""
    (release,) = cd.cite(picss.figures).releases
    assert release.note == picss.pin()
    assert release.issued == date(2026, 11, 22)
    pin = picss.figures.filter(**OCTOBER).pin()
    assert cd.cite(pin) == cd.cite(picss.figures.filter(**OCTOBER))
    assert cd.cite("picss") == cd.cite(cd.load("picss"))

    (then,) = cd.cite(cd.load("picss", release="2026-11-22", as_of="2025-11-05")).releases
    assert then.title.endswith("release 2026-11-22, as known on 2025-11-05")
    assert then.note == "conflictdata/picss@2026-11-22;as_of=2025-11-05;undated=exclude"
    assert cd.cite(picss.breaks).pages == ()


def test_a_count_of_a_part_that_binds_is_cited_with_its_own_page(picss: cd.Dataset) -> None:
    """An implied interval that rests on a statement, not on a figure, is cited with the page of the statement."""
    cell = {"period": "2025-10", "area": "PK-SD", "scope": "militant_attacks", "measure": "injured", "group": "total"}
    implied = cd.implied(picss, **cell)  # type: ignore[arg-type]
    (part,) = picss.statements.filter(subset=True, **cell)  # type: ignore[arg-type]

    assert implied[0].low_by == (f"2025-10 PK-SD militant_attacks injured total 7 (a part, {part.id})",)
    assert part.source.id in keys(cd.cite(implied))


def test_a_release_to_come_and_a_dataset_that_is_not_here() -> None:
    """What waits for a release is named so, without a day and digests; a dataset of no install cannot be cited."""
    coming = citation_of([cd.Selection(dataset="picss", release="next")], []).releases[0]
    assert coming.title == "PICSS: what was reported on militancy and security operations in Pakistan, not yet released"
    assert (coming.issued, coming.note) == (None, "conflictdata/picss@next")
    with pytest.raises(cd.UnknownNameError, match="unknown dataset 'x'; valid: cmc, crss, picss, pips"):
        citation_of([cd.Selection(dataset="x", release="2026-11-22")], [])


def test_the_package_is_cited_as_its_citation_file_says() -> None:
    """There is one source for both: title, authors, version, day and address are equal."""
    package = cd.cite(cd.load("cmc").breaks).package
    preferred = (ROOT / "CITATION.cff").read_text(encoding="utf-8").partition("preferred-citation:\n")[2]
    told = dict(re.findall(r"^ {2}(?: {2}- )?([\w-]+): (\".*\")$", preferred, re.MULTILINE))
    said = {name: json.loads(told[name]) for name in ("title", "name", "version", "date-released", "url")}

    assert said == {
        "title": package.title,
        "name": package.author,
        "version": package.version,
        "date-released": str(package.issued),
        "url": package.url,
    }
    assert package.version == cd.__version__


ODD = cd.Reference(
    key="odd-1",
    author="Dawn & Sons",
    title='50% of $1_000 "quoted"\n{brace #1',
    by=date(2017, 12, 31),
    accessed=date(2026, 11, 22),
    url="https://example.org/{x}?a=%20&b_c#d",
    language="ur",
)


def test_bibtex_escapes_what_latex_would_take_for_a_command() -> None:
    """Specials are commands, braces stay balanced, an address is an address, no day is n.d."""
    assert ODD.bibtex().splitlines() == [
        "@online{odd-1,",
        r"  author = {{Dawn \& Sons}},",
        r'  title = {{50\% of \$1\_000 "quoted" {\textbraceleft}brace \#1}},',
        "  year = {n.d.},",
        "  note = {appeared by 2017-12-31},",
        "  url = {https://example.org/%7Bx%7D?a=%20&b_c#d},",
        "  urldate = {2026-11-22},",
        "  language = {ur},",
        "}",
    ]


def test_csl_apa_and_text_say_the_same() -> None:
    """No day is left out in CSL, n.d. in the others; the day of reading stands where each style has it."""
    assert ODD.csl() == {
        "id": "odd-1",
        "type": "webpage",
        "author": [{"literal": "Dawn & Sons"}],
        "title": '50% of $1_000 "quoted" {brace #1',
        "accessed": {"date-parts": [[2026, 11, 22]]},
        "note": "appeared by 2017-12-31",
        "URL": "https://example.org/{x}?a=%20&b_c#d",
        "language": "ur",
    }
    assert ODD.apa() == (
        'Dawn & Sons. (n.d.). 50% of $1_000 "quoted" {brace #1. '
        "Retrieved November 22, 2026, from https://example.org/{x}?a=%20&b_c#d"
    )
    assert str(ODD) == (
        'Dawn & Sons: 50% of $1_000 "quoted" {brace #1. n.d., appeared by 2017-12-31. '
        "https://example.org/{x}?a=%20&b_c#d (read 2026-11-22)"
    )


def test_every_form_has_every_entry_once(picss: cd.Dataset) -> None:
    """An entry, an item and a line each; a page that shows no title is named so."""
    citation = cd.cite(picss)
    count = len(citation.entries)

    assert count == len(picss.sources) + 2
    assert len(re.findall(r"^@\w+\{[^,{}]+,$", citation.bibtex(), re.MULTILINE)) == count
    assert len(citation.csl()) == len(citation.text().splitlines()) == len(citation.apa().splitlines()) == count
    untitled = {page.id for page in picss.sources if page.title is None}
    assert {entry.key for entry in citation.pages if entry.title == "[Untitled page]"} == untitled
    assert all(f"(read {page.accessed})" in page.text() for page in citation.pages)
    assert str(citation) + "\n" == citation.text()
    assert repr(citation) == f"<Citation: {count - 2} pages, conflictdata-picss-2026-11-22, conflictdata-{cd.__version__}>"


@given(st.text(st.characters(exclude_categories=["C"])))
def test_braces_of_an_entry_are_balanced_whatever_the_title(title: str) -> None:
    """BibTeX counts braces, also behind a backslash: no title may end its field early, or never."""
    depth = 0
    entry = cd.Reference(key="k", author=title, title=title, url="https://example.org").bibtex()
    for place, letter in enumerate(entry, 1):
        depth += (letter == "{") - (letter == "}")
        assert depth > 0 or place in {*range(1, len("@online{")), len(entry)}
    assert depth == 0


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command here, and give its status and what it printed."""
    status = run(["cite", *words])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_the_command_prints_what_the_library_gives(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, picss: cd.Dataset
) -> None:
    """In each form, to the screen or to a file; a release and a day of knowledge may be named."""
    words = ("picss", "2025-10", "--area", "PK", "--scope", "all", "--measure", "killed", "--release", "2026-11-22")
    citation = cd.cite(picss.figures.filter(**OCTOBER))
    for form, text in (("text", citation.text()), ("apa", citation.apa()), ("bibtex", citation.bibtex())):
        assert command(capsys, *words, "--format", form) == (0, text, "")
    status, out, _ = command(capsys, *words, "--format", "csl")
    assert (status, json.loads(out)) == (0, citation.csl())

    file = tmp_path / "references.bib"
    assert command(capsys, *words, "--format", "bibtex", "--output", str(file)) == (0, "", "")
    assert file.read_text(encoding="utf-8") == citation.bibtex()
    assert [path.name for path in tmp_path.iterdir()] == ["references.bib"]

    _, out, _ = command(capsys, "picss", "--release", "2026-11-22")
    assert out == cd.cite(picss).text()
    _, out, _ = command(capsys, *words, "--group", "civilians", "--others")
    assert out == cd.cite(picss.figures.filter(**OCTOBER, group="civilians"), others=True).text()


def test_the_command_says_what_there_is_instead(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A span without pages, a cell without a figure, a folder that is not there: one message, no traceback."""
    status, out, err = command(capsys, "picss", "2031")
    assert (status, out) == (1, "")
    assert err.startswith("conflictdata: unknown period of picss '2031'; valid:\n")

    status, out, err = command(capsys, "picss", "2025-10", "--measure", "arrested", "--group", "civilians")
    assert (status, out) == (1, "")
    assert "unknown figure of picss 'measure=arrested group=civilians period=2025-10'; valid:\n  area=PK scope=all" in err
    near = re.findall(r"(?m)^  area=.*$", err)  # those that meet as much as can be of what was asked for
    assert len(near) > 5
    assert all(("measure=arrested" in cell) != ("group=civilians" in cell) for cell in near)

    status, _, err = command(capsys, "picss", "--measure", "arrested", "--group", "civilians")
    assert status == 1
    assert "\n  area=PK scope=security_operations measure=arrested group=total\n" in err

    status, out, err = command(capsys, "picss", "2025-10", "-o", str(tmp_path / "none" / "x.bib"))
    assert (status, out) == (1, "")
    assert "x.bib" in err
