"""Records to tables and back: nothing is lost, and every reader reads the same."""

from datetime import date
from pathlib import Path
from typing import Any

import attrs
import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata import decode
from conflictdata.models import Claim, Figure, Record, Source, Statement
from conflictdata.names import DatasetName
from conflictdata.schema import SCHEMA_VERSION, columns, descriptions, schema, to_arrow
from conflictdata.tables import Table
from conflictdata.testing import MODELS, claims, statements
from datasets.tools.build import write_table

DATASETS = ("cmc", "crss", "picss", "pips")
TABLES = ("sources", "statements", "figures", "claims", "breaks", "discrepancies")


def opened(dataset: DatasetName, name: str) -> Table[Any]:
    """Give a table as it is stored: the claims without their verdicts."""
    found = cd.load(dataset)
    return found.figures if name == "figures" else found.recorded(name)


def pages(records: list[Any]) -> dict[str, Source]:
    """Give every page that the records name."""
    named = [getattr(record, name, None) for record in records for name in ("source", "shown_by")]
    many = [getattr(record, name, ()) for record in records for name in ("sources", "others")]
    listed = [page for told in many if isinstance(told, tuple) for page in told]
    return {page.id: page for page in (*named, *listed) if page}


def distinct(record: Any) -> object:
    """Two pages with one id would be one page; tests do not make them."""
    page = getattr(record, "source", None) or getattr(record, "shown_by", None)
    return page.id if page else id(record)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
def test_records_survive_a_table(model: type[Record]) -> None:
    """A table gives back records equal to those it was made from, by the validating constructor, in chunks or slices."""

    @given(st.lists(MODELS[model], max_size=6, unique_by=distinct), st.data())
    def check(made: list[Record], data: st.DataObject) -> None:
        named = pages(made)
        made = [record for record in made if all(named[page.id] == page for page in pages([record]).values())]
        table = to_arrow(model, made)
        assert schema(model).equals(table.schema, check_metadata=True)
        assert made == decode.records(table, model, named)

        cut = data.draw(st.integers(0, len(made)))
        chunked = pa.concat_tables([table.slice(0, cut), table.slice(cut)])
        assert made == decode.records(chunked, model, named)
        assert made[cut:] == decode.records(table.slice(cut), model, named)

    check()


@given(claims())
def test_a_claim_keeps_its_digits(claim: Claim) -> None:
    """19.4 and 19.40 are told apart."""
    (back,) = decode.records(to_arrow(Claim, [claim]), Claim, {claim.source.id: claim.source})

    assert str(claim.value) == str(back.value)


@given(claims())
def test_a_number_written_with_an_exponent_survives(claim: Claim) -> None:
    """1E+2 per cent is 100, with no digits after the point."""
    made = attrs.evolve(claim, value=None if claim.value is None else "1E+2")
    (back,) = decode.records(to_arrow(Claim, [made]), Claim, {made.source.id: made.source})

    assert back == made


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
def test_every_column_is_described(model: type[Record]) -> None:
    """Each field carries its description, and every described field is a column."""
    made = schema(model)

    assert str(SCHEMA_VERSION).encode() == made.metadata[b"schema_version"]
    for field in made:
        assert field.metadata[b"description"].endswith((b".", b";")), field.name
    assert set(descriptions(model)) <= {column.field.name for column in columns(model)}


@given(st.lists(statements(), max_size=5))
def test_the_same_records_give_the_same_bytes(tmp_path_factory: pytest.TempPathFactory, made: list[Statement]) -> None:
    """Writing twice gives one file."""
    folder = tmp_path_factory.mktemp("twice")
    for name in ("one", "two"):
        write_table(folder / name, to_arrow(Statement, made))

    assert (folder / "one").read_bytes() == (folder / "two").read_bytes()


@pytest.fixture(scope="module")
def bundle() -> Path:
    """The folder of the installed data files."""
    return Path(cd.__file__).parent / "data"


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("dataset", DATASETS)
def test_the_bundled_files_have_the_schema_of_their_model(bundle: Path, dataset: DatasetName, name: str) -> None:
    """Names, types and descriptions are in the file."""
    table = opened(dataset, name)
    file = pq.ParquetFile(bundle / dataset / f"{name}.parquet")

    assert len(table) == file.metadata.num_rows
    closed = bundle / dataset / f"{name}.closed.parquet"
    ends = ("from_release", "to_release")
    stamps = ends if name == "figures" else (*ends, "corrects", "why", "withdrawn")
    files = [(file, stamps)]
    if closed.exists():
        files.append((pq.ParquetFile(closed), (*stamps, "place")))
    for one, more in files:
        model = schema(table.model)
        head = pa.schema(list(one.schema_arrow)[: len(model)], one.schema_arrow.metadata)
        assert model.equals(head, check_metadata=True)
        rest = list(one.schema_arrow)[len(model) :]
        assert tuple(field.name for field in rest) == more
        assert all(field.metadata[b"description"].endswith(b".") for field in rest)
        assert all(field.nullable == (field.name not in {"from_release", "place"}) for field in rest)
        for number in range(one.metadata.num_row_groups):
            group = one.metadata.row_group(number)
            for place in range(group.num_columns):
                assert set(group.column(place).encodings) <= {"PLAIN", "RLE", "RLE_DICTIONARY", "PLAIN_DICTIONARY"}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("dataset", DATASETS)
def test_other_readers_read_the_same(bundle: Path, dataset: DatasetName, name: str) -> None:
    """Polars and DuckDB read from the file what the library gives."""
    path = bundle / dataset / f"{name}.parquet"
    table = opened(dataset, name).to_arrow()
    expected = table.to_pylist()

    assert expected == pl.read_parquet(path).select(table.column_names).to_dicts()
    selected = ", ".join(f'"{column}"' for column in table.column_names)
    found = duckdb.connect().execute(f"select {selected} from read_parquet(?)", [str(path)])  # noqa: S608  its own columns
    head = [column[0] for column in found.description or ()]
    assert expected == [dict(zip(head, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("name", TABLES)
def test_the_bundled_records_are_valid(dataset: DatasetName, name: str) -> None:
    """Each record of the bundle equals the one that its validating constructor makes."""
    for record in getattr(cd.load(dataset), name):
        fields = {field.name: getattr(record, field.name) for field in type(record).__attrs_attrs__}
        assert type(record)(**fields) == record


def test_derived_columns_follow_from_the_record() -> None:
    """First day, last day and kind of the period stand in columns of their own."""
    row = cd.load("picss").figures.filter(period="2025-10").to_arrow().slice(0, 1).to_pylist()[0]

    assert ("2025-10", date(2025, 10, 1), date(2025, 10, 31), "month") == (
        row["period"],
        row["start"],
        row["end"],
        row["period_kind"],
    )


def test_numbers_of_other_widths_are_read_too() -> None:
    """A column that another tool wrote as int64 or double is read as numbers."""
    for dtype in (pa.int8(), pa.int16(), pa.int32(), pa.int64()):
        assert decode.values(pa.chunked_array([pa.array([1, None, 3], dtype)])) == [1, None, 3]
    assert decode.values(pa.array([1.5, None], pa.float64())) == [1.5, None]
    assert decode.values(pa.array([True, None, False])) == [True, None, False]
    assert decode.values(pa.array(["ڈان", None, ""])) == ["ڈان", None, ""]
    assert decode.values(pa.chunked_array([], pa.string())) == []


def test_figures_of_the_schema_hold_no_value_without_a_source() -> None:
    """The columns of pages cannot be null."""
    for model, name in ((Statement, "source"), (Figure, "sources"), (Claim, "source")):
        assert not schema(model).field(name).nullable
