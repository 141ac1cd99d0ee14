"""What type checkers and editors are told is what there is; what users are shown to write runs."""

import inspect
import re
import typing
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import attrs
import pytest

import conflictdata as cd
from conflictdata import names
from conflictdata.schema import schema, shape
from conflictdata.vocabulary import VOCABULARIES, Code, PeriodKind
from datasets.tools.names import models, update

ROOT = Path(__file__).parent.parent


def uses() -> tuple[Callable[[], None], ...]:
    """Give what users write, as functions."""
    spec = spec_from_file_location("uses", ROOT / "typing_tests" / "uses.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: tuple[Callable[[], None], ...] = module.USES
    return found


@pytest.mark.parametrize("use", uses(), ids=lambda use: use.__name__)
def test_what_users_write_runs(use: Callable[[], None]) -> None:
    """The types that `.ci/run` has two checkers assert are those of calls that work."""
    use()


def test_all_uses_are_run() -> None:
    """No function stands there that nothing calls."""
    text = (ROOT / "typing_tests" / "uses.py").read_text(encoding="utf-8")
    assert [use.__name__ for use in uses()] == re.findall(r"(?m)^def (\w+)\(", text)


def test_the_names_are_those_of_the_record(root: Path, tmp_path: Path) -> None:
    """The committed file is what the command writes; one that is not is named, and written anew."""
    package = ROOT / "conflictdata" / "names.py"
    if package.is_file():  # beside the installed package a checkout may have none
        assert update(root, check=True) == []
    copy = tmp_path / "conflictdata" / "names.py"
    copy.parent.mkdir()
    copy.write_text("old", encoding="utf-8")
    (tmp_path / "datasets").symlink_to(root)
    assert update(tmp_path / "datasets", check=True) == ["conflictdata/names.py"]
    assert copy.read_text(encoding="utf-8") == "old"
    assert update(tmp_path / "datasets", check=False) == ["conflictdata/names.py"]
    assert update(tmp_path / "datasets", check=True) == []
    assert copy.read_text(encoding="utf-8") == Path(names.__file__).read_text(encoding="utf-8")
    assert update(tmp_path / "nowhere" / "datasets", check=True) == []


def texts(alias: Any) -> set[str]:
    """Give the texts that a name for them takes."""
    parts = typing.get_args(alias)
    return {text for part in parts for text in (texts(part) if typing.get_args(part) else {part}) if isinstance(text, str)}


def test_each_name_takes_all_that_there_is() -> None:
    """Every dataset, every code beside its member, every column of every table."""
    assert texts(names.DatasetName) == {info.name for info in cd.list_datasets()}
    for vocabulary in VOCABULARIES:
        alias = getattr(names, f"{vocabulary.__name__}Code")
        assert texts(alias) == {code.value for code in vocabulary}
        assert vocabulary in typing.get_args(alias)
    assert texts(names.ColumnName) == {name for model in models() for name in schema(model).names}
    assert len(models()) > len(VOCABULARIES)


def test_a_filter_takes_the_codes_of_every_column() -> None:
    """For each condition those of the columns of that name, of all tables, and no others."""
    parameters = inspect.signature(cd.Table.filter).parameters
    expected: dict[str, set[str]] = {}
    for model in models():
        for field in attrs.fields(model):
            of = shape(field.type).of
            if field.name in parameters and issubclass(of, Code):
                codes = {"Group", "Area", "Scope"} if of is Code else {of.__name__}
                expected.setdefault(field.name, set()).update(f"{code}Code" for code in codes)
    expected["kind"].add("ChangeKind")  # of a difference between two releases
    expected["period_kind"] = {f"{PeriodKind.__name__}Code"}  # derived from the period
    taken = {name: set(re.findall(r"names\.(\w+)", str(one.annotation))) for name, one in parameters.items()}
    assert {name: some for name, some in taken.items() if some} == expected


def test_select_keeps_the_columns_named() -> None:
    """In the order given; a column of another table is refused."""
    figures = cd.load("picss", release="2026-11-22").figures.filter(period="2025-10", area="PK", scope="all")
    chosen = figures.select("value", "measure", "group")
    assert chosen.columns == ("value", "measure", "group")
    assert chosen.to_arrow() == figures.to_arrow().select(["value", "measure", "group"])
    assert figures.select().columns == ()
    with pytest.raises(cd.UnknownNameError, match=r"unknown column of figures of picss 'gap'; valid: dataset, period,"):
        figures.select("value", "gap")


def test_a_text_from_outside_becomes_the_name_of_a_dataset() -> None:
    """Or is refused, with those there are."""
    assert cd.dataset_name("pips") == "pips"
    for text in ("piccs", "", "Picss", "../picss"):
        with pytest.raises(cd.UnknownNameError, match=r"; valid: cmc, crss, picss, pips$"):
            cd.dataset_name(text)


def test_the_reference_has_every_public_name() -> None:
    """Each stands on one page of it, and nothing else does but the two modules that are public."""
    pages = (ROOT / "docs" / "reference").glob("*.md")
    told = [
        name for page in pages for name in re.findall(r"(?m)^::: conflictdata\.(\w+)$", page.read_text(encoding="utf-8"))
    ]
    assert sorted(told) == sorted({*cd.__all__, "names", "testing"})


def members(owner: type) -> Iterator[tuple[str, object]]:
    """Give what a public class has under names of its own or of its bases in the package."""
    for base in owner.__mro__:
        if base.__module__.startswith("conflictdata"):
            for name, value in vars(base).items():
                if not name.startswith("_"):
                    yield f"{base.__module__}.{base.__qualname__}.{name}", value


def undocumented() -> set[str]:
    """Give the public names, methods and fields that nothing is said of."""
    found = set()
    for name in cd.__all__:
        one = getattr(cd, name)
        if isinstance(one, str | int):
            continue  # the version, and the number of the schema
        if not inspect.getdoc(one):
            found.add(name)
        if not isinstance(one, type):
            continue
        said = "\n".join(base.__doc__ or "" for base in one.__mro__)
        for place, value in members(one):
            plain = inspect.isroutine(value) or isinstance(value, property | classmethod | staticmethod | cached_property)
            own = getattr(value, "__doc__", None) if plain else f"    {place.rpartition('.')[2]}:" in said
            if not own and not issubclass(one, Code):
                found.add(place)
        if attrs.has(one):
            found |= {
                f"{name}.{field.name}"
                for field in attrs.fields(one)
                if field.name[0] != "_" and f"    {field.name}: " not in said
            }
    return found


def test_every_public_name_is_documented() -> None:
    """Functions, classes, methods and properties by their docstrings, fields as attributes, codes by their vocabulary."""
    assert undocumented() == set()
    assert all(code.definition for vocabulary in VOCABULARIES for code in vocabulary)
