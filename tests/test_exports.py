"""Tables in files and in other libraries: what is there stays what it is, and says where it comes from."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import conflictdata as cd
from conflictdata import exports
from conflictdata.files import write_whole

RELEASE = "conflictdata/picss@2026-11-22"


@pytest.fixture(scope="module")
def picss() -> cd.Dataset:
    """The dataset at a release whose numbers do not move."""
    return cd.load("picss", release="2026-11-22")


@pytest.fixture(scope="module")
def figures(picss: cd.Dataset) -> cd.FigureTable:
    """Figures with lists of none, one and several, bounds, nulls and days."""
    return picss.figures.filter(within=["2025", "2015"], area="PK")


def back(cell: str | None, field: pa.Field) -> Any:
    """Read a cell of a CSV file as its column says."""
    if pa.types.is_list(field.type):
        return cell.split("|") if cell else []
    if not cell:
        return None if field.nullable else ""
    if pa.types.is_integer(field.type):
        return int(cell)
    if pa.types.is_floating(field.type):
        return float(cell)
    if pa.types.is_boolean(field.type):
        return {"true": True, "false": False}[cell]
    return date.fromisoformat(cell) if pa.types.is_date32(field.type) else cell


@pytest.mark.parametrize("name", ["figures", "statements", "claims", "source_balances", "sources", "revisions", "areas"])
def test_csv_comes_back_as_it_was(picss: cd.Dataset, tmp_path: Path, name: str) -> None:
    """Lists, nulls, days, numbers, flags and texts of any script: each is read back by its type."""
    table = cd.areas() if name == "areas" else getattr(picss, name)
    table.to_csv(tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)

    schema = table.to_arrow().schema
    assert head == schema.names
    columns = zip(*rows, strict=True)
    for field, column in zip(schema, columns, strict=True):
        assert [back(cell, field) for cell in column] == table.to_arrow()[field.name].to_pylist(), field.name


def test_pandas_and_polars_read_the_csv_plainly(figures: cd.FigureTable, tmp_path: Path) -> None:
    """No options: the file has no comment before its header, and numbers are numbers."""
    figures.to_csv(tmp_path / "figures.csv")
    read = pd.read_csv(tmp_path / "figures.csv")

    assert list(read.columns) == list(figures.columns)
    assert read["low"].tolist() == [figure.low for figure in figures]
    assert read["sources"].str.split("|").map(len).tolist() == [len(figure.sources) for figure in figures]
    assert pl.read_csv(tmp_path / "figures.csv").height == len(figures)


def test_the_sidecar_says_what_the_csv_is(figures: cd.FigureTable, tmp_path: Path) -> None:
    """Pin, release, citation, pages, columns, and the digest of the file's very bytes."""
    figures.to_csv(tmp_path / "figures.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.csv", "figures.csv-metadata.json"]
    told = json.loads((tmp_path / "figures.csv-metadata.json").read_text(encoding="utf-8"))
    citation = cd.cite(figures)

    assert told["url"] == "figures.csv"
    assert told["dc:identifier"] == figures.pin()
    assert told["dc:isVersionOf"] == [RELEASE]
    assert told["dc:bibliographicCitation"] == [entry.text() for entry in (*citation.releases, citation.package)]
    assert told["dc:source"] == [page.text() for page in citation.pages]
    assert told["dc:license"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert told["schema:sha256"] == hashlib.sha256((tmp_path / "figures.csv").read_bytes()).hexdigest()
    columns = {column["name"]: column for column in told["tableSchema"]["columns"]}
    assert list(columns) == list(figures.columns)
    assert {name for name, column in columns.items() if column.get("separator") == "|"} == {
        name for name, field in zip(figures.columns, figures.to_arrow().schema, strict=True) if pa.types.is_list(field.type)
    }
    assert columns["value"]["datatype"] == "integer"
    assert columns["first_published"]["datatype"] == "date"
    assert columns["value"]["dc:description"] == "The number, one that a page stated; null where the pages leave none."


def test_parquet_keeps_types_and_carries_its_citation(figures: cd.FigureTable, tmp_path: Path) -> None:
    """What is read is what was written; the metadata have citation, release, pin, digest and pages; twice the same bytes."""
    figures.to_parquet(tmp_path / "figures.parquet")
    figures.to_parquet(tmp_path / "again.parquet")
    read = pq.read_table(tmp_path / "figures.parquet")
    told = {name.decode(): value.decode() for name, value in read.schema.metadata.items()}

    assert read.equals(figures.to_arrow())
    assert (told["releases"], told["pin"], told["licence"]) == (RELEASE, figures.pin(), "CC-BY-4.0")
    assert told["citation"].splitlines()[0] == cd.cite(figures).releases[0].text()
    assert json.loads(told["csl"]) == cd.cite(figures).csl()
    figures.to_csv(tmp_path / "figures.csv")
    assert told["digest"] == f"sha256:{hashlib.sha256((tmp_path / 'figures.csv').read_bytes()).hexdigest()}"
    assert (tmp_path / "figures.parquet").read_bytes() == (tmp_path / "again.parquet").read_bytes()
    query = f"select count(*) from '{tmp_path / 'figures.parquet'}' where list_contains(marks, 'torn')"  # noqa: S608
    with duckdb.connect() as connection:
        assert connection.execute(query).fetchall() == [(len(figures.filter(marks="torn")),)]
    assert pl.read_parquet(tmp_path / "figures.parquet").height == len(pd.read_parquet(tmp_path / "figures.parquet"))


def test_excel_has_typed_cells_and_a_sheet_about_them(figures: cd.FigureTable, tmp_path: Path) -> None:
    """Numbers are numbers, days are days, nulls are empty; citation, release and digest stand beside, and every page."""
    figures.to_excel(tmp_path / "figures.xlsx")
    book = openpyxl.load_workbook(tmp_path / "figures.xlsx")
    assert book.sheetnames == ["data", "about", "pages"]
    head, *rows = book["data"].iter_rows(values_only=True)

    def plain(cell: Any) -> Any:
        return cell.date() if isinstance(cell, datetime) else cell

    for row, record in zip(rows, figures.to_arrow().to_pylist(), strict=True):
        told = {name: "|".join(value) or None if isinstance(value, list) else value for name, value in record.items()}
        assert dict(zip(head, map(plain, row), strict=True)) == told
    about = dict(book["about"].iter_rows(min_row=2, values_only=True))
    assert (about["releases"], about["pin"], about["title"]) == (RELEASE, figures.pin(), "figures of picss")
    assert about["digest"].startswith("sha256:")
    pages = [page.key for page in cd.cite(figures).pages]
    assert [row[0] for row in book["pages"].iter_rows(min_row=2, values_only=True)] == pages
    assert book["data"].freeze_panes == "A2"


def odd(*texts: str, title: str = "odd") -> cd.Frame:
    """Make a frame of texts."""
    return cd.Frame(pa.table({"text": pa.array(texts), "list": pa.array([[text] for text in texts])}), title)


def test_a_text_is_never_a_formula(tmp_path: Path) -> None:
    """What begins with a sign of equality, or looks like an error, stays the text that a page has."""
    texts = ("=1+1", "+1", "@x", "#N/A", "-1", "سکیورٹی")
    odd(*texts).to_excel(tmp_path / "odd.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "odd.xlsx")["data"]

    assert [(cell.value, cell.data_type) for (cell,) in sheet.iter_rows(min_row=2, max_col=1)] == [(t, "s") for t in texts]


@pytest.mark.parametrize("form", ["csv", "excel"])
def test_a_list_that_could_not_be_read_back_is_refused(tmp_path: Path, form: str) -> None:
    """An item with the separator in it would become two; nothing is written then."""
    with pytest.raises(cd.InvalidValueError, match=r"list: row 2 has an item with '\|' in it"):
        getattr(odd("a", "b|c"), f"to_{form}")(tmp_path / "odd.xlsx")
    assert not list(tmp_path.iterdir())


def test_what_excel_would_not_keep_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that Excel does not open, a text that it would cut, a character that it refuses, rows that have no room."""
    with pytest.raises(cd.InvalidValueError, match=r"path: 'odd.xls' does not end in \.xlsx"):
        odd("a").to_excel(tmp_path / "odd.xls")
    with pytest.raises(cd.InvalidValueError, match="text: row 1 holds 32,768 characters, a cell of Excel 32,767"):
        odd("a" * 32_768).to_excel(tmp_path / "odd.xlsx")
    with pytest.raises(cd.InvalidValueError, match="text: row 1 holds a character that Excel refuses"):
        odd("a\x00").to_excel(tmp_path / "odd.xlsx")
    monkeypatch.setattr(exports, "_MOST", 1)
    with pytest.raises(cd.InvalidValueError, match="rows: 2 are more than the 1 of a sheet: use to_parquet"):
        odd("a", "b").to_excel(tmp_path / "odd.xlsx")
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_leaves_what_was_there(figures: cd.FigureTable, tmp_path: Path) -> None:
    """Both files of a CSV come, or neither; the error names the file that was asked for."""
    (tmp_path / "figures.csv-metadata.json").mkdir()  # its place is taken
    with pytest.raises(OSError, match=r"figures\.csv-metadata\.json"):
        figures.to_csv(tmp_path / "figures.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["figures.csv-metadata.json"]
    with pytest.raises(FileNotFoundError, match=r"none.*x\.parquet"):
        figures.to_parquet(tmp_path / "none" / "x.parquet")

    there = tmp_path / "there"
    there.write_bytes(b"old")
    with pytest.raises(OSError, match="none"):
        write_whole({there: b"new", tmp_path / "none" / "other": b""})
    assert there.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.csv-metadata.json", "there"]


def test_a_licence_is_said_of_this_compilation_alone(tmp_path: Path) -> None:
    """The areas have that of the record; of a table of a user's nobody knows one here, and only the package is cited."""
    mine = cd.balance([{"group": "total", "measure": "killed", "value": 1}], axis="groups")
    for name, table in (("areas", cd.areas()), ("mine", mine)):
        table.to_csv(tmp_path / f"{name}.csv")
        table.to_parquet(tmp_path / f"{name}.parquet")
    told = {
        name: json.loads((tmp_path / f"{name}.csv-metadata.json").read_text(encoding="utf-8")) for name in ("areas", "mine")
    }
    assert told["areas"]["dc:license"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert "dc:license" not in told["mine"]
    assert b"licence" in pq.read_schema(tmp_path / "areas.parquet").metadata
    assert b"licence" not in pq.read_schema(tmp_path / "mine.parquet").metadata
    assert told["areas"]["dc:bibliographicCitation"] == told["mine"]["dc:bibliographicCitation"]
    assert told["areas"]["dc:bibliographicCitation"] == [cd.cite(cd.areas()).package.text()]
    assert cd.cite(cd.areas()).pages == cd.cite(cd.areas()).releases == ()


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of Unix")
def test_a_link_and_a_pipe_stay_what_they_are(figures: cd.FigureTable, tmp_path: Path) -> None:
    """The file behind a link is replaced, and not the link; a pipe, as /dev/stdout may be one, is written to."""
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    figures.to_csv(tmp_path / "real.csv")
    told = (tmp_path / "real.csv").read_bytes()
    (tmp_path / "real.csv").write_bytes(b"old")
    figures.to_csv(tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == told

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole({pipe: b"all of it"})
    assert os.read(reader, 100) == b"all of it"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_table_without_a_line_is_written_without_a_pin(picss: cd.Dataset, tmp_path: Path) -> None:
    """Rows chosen by a function have no pin; release, citation and digest they have. A user's table has no release."""
    chosen = picss.figures.where(lambda figure: figure.value == 458)
    chosen.to_csv(tmp_path / "chosen.csv")
    told = json.loads((tmp_path / "chosen.csv-metadata.json").read_text(encoding="utf-8"))
    assert told["dc:identifier"] == f"sha256:{told['schema:sha256']}"
    assert told["dc:isVersionOf"] == [RELEASE]

    odd("a", title="mine").to_parquet(tmp_path / "mine.parquet")
    metadata = pq.read_schema(tmp_path / "mine.parquet").metadata
    assert metadata[b"title"] == b"mine"
    assert b"releases" not in metadata
    assert cd.__version__.encode() in metadata[b"citation"]


def test_duckdb_finds_the_rows_by_their_name(figures: cd.FigureTable) -> None:
    """In a connection of yours or where duckdb.sql looks; lists as lists, also when all are empty; twice is once."""
    with duckdb.connect() as connection:
        relation = figures.to_duckdb("figures", connection=connection)
        assert relation.columns == list(figures.columns)
        figures.filter(marks="torn").to_duckdb("figures", connection=connection)
        query = "select count(*), count(*) filter (list_contains(marks, 'torn')) from figures"
        assert connection.execute(query).fetchall() == [(len(figures.filter(marks="torn")),) * 2]
        empty = figures.where(lambda figure: not figure.marks)
        empty.to_duckdb("empty", connection=connection)
        assert connection.execute("select distinct marks from empty").fetchall() == [([],)]

        connection.execute("create table mine as select 1")
        with pytest.raises(cd.InvalidValueError, match="'Mine' is a table of the connection's own"):
            figures.to_duckdb("Mine", connection=connection)
    figures.to_duckdb("figures_of_the_test")
    found = duckdb.sql("select count(*) from figures_of_the_test")
    assert found is not None
    assert found.fetchall() == [(len(figures),)]
    duckdb.sql("drop view figures_of_the_test")


def test_the_arrow_stream_is_taken_by_others(figures: cd.FigureTable) -> None:
    """Each reads all rows and plain lists, though all of a list may be empty: pyarrow, DuckDB, narwhals."""
    plain = figures.where(lambda figure: not figure.marks)
    table = pa.table(plain)
    assert table.schema.field("marks").type.value_type == pa.string()
    assert table.to_pylist() == plain.to_arrow().to_pylist()
    assert table.schema.metadata[b"releases"].decode() == RELEASE
    with duckdb.connect() as connection:
        arrow = pa.RecordBatchReader.from_stream(plain)
        assert connection.from_arrow(arrow).aggregate("count(*), sum(len(marks))").fetchall() == [(len(plain), 0)]
    for backend in ("pyarrow", "pandas"):
        assert nw.from_arrow(plain, backend=backend).shape == (len(plain), len(plain.columns))
    wide = figures.filter(area="PK", scope="all", period_kind="month").wide()
    assert pl.DataFrame(wide).shape == (len(wide), len(wide.columns))


def test_frames_of_others_say_of_which_release_they_are(figures: cd.FigureTable) -> None:
    """The attrs of a pandas frame, the metadata of an Arrow schema; a table of no release has none."""
    told = {"title": "figures of picss", "releases": RELEASE}
    assert figures.to_pandas().attrs == told
    assert {name: figures.to_arrow().schema.metadata[name.encode()].decode() for name in told} == told
    assert figures.filter(scope="all", period_kind="month").wide().to_pandas().attrs["releases"] == RELEASE
    assert odd("a").to_pandas().attrs == {}
    assert odd("a").to_arrow().schema.metadata is None


def test_a_missing_library_names_its_extra(tmp_path: Path) -> None:
    """Without openpyxl or DuckDB the error says what to install, and nothing is written."""
    for library, call, extra in (("openpyxl", "to_excel('x.xlsx')", "excel"), ("duckdb", "to_duckdb('x')", "duckdb")):
        code = (
            f"import sys; sys.modules[{library!r}] = None; import conflictdata as cd\n"
            f"try: cd.areas().{call}\nexcept cd.MissingExtraError as error: print(error)\nelse: raise SystemExit(3)"
        )
        done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
        name = call.partition("(")[0]
        assert done.stdout == f"Table.{name} needs an optional library: pip install 'conflictdata[{extra}]'\n"
    assert not list(tmp_path.iterdir())


def test_csv_is_the_same_text_on_any_system(figures: cd.FigureTable) -> None:
    """UTF-8, one line feed a row: a digest taken here holds elsewhere."""
    made = exports.exported(figures, "t", figures.to_arrow(), None, None).csv
    assert b"\r" not in made
    assert made.count(b"\n") == len(figures) + 1
    assert next(csv.reader(io.StringIO(made.decode())))[0] == "dataset"
