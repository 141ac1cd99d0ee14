"""The words and tables that the explorer shows come from the library as they are."""

import hashlib
import json
from pathlib import Path

import pytest

import conflictdata as cd
from conflictdata.models import SIGNS
from website import explore


def test_the_words_are_those_of_the_vocabulary() -> None:
    """Every code that a series can hold has its label and definition, in the order of the vocabulary."""
    told = explore.facts()

    for words in explore.WORDS:
        codes = told["codes"][words.axis()]
        assert [(one["code"], one["label"], one["definition"]) for one in codes] == [
            (code.value, code.label, code.definition) for code in words
        ]
    assert told["signs"] == {str(bound): sign for bound, sign in SIGNS.items()}
    assert set(told["codes"]) >= {"area", "scope", "measure", "group", "bound", "status", "mark", "caveat", "period_kind"}
    assert told["spans"] == ["month", "quarter", "half", "year"]


def test_every_dataset_is_named_with_its_release_and_the_digests_of_its_files() -> None:
    """The page can tell a file that is not the one that it was built with."""
    told = explore.facts()["datasets"]

    assert [(one["name"], one["publisher"], one["release"]) for one in told] == [
        (info.name, info.publisher, info.release) for info in cd.list_datasets()
    ]
    data = Path(cd.__file__).parent / "data"
    for one in told:
        for table, digest in one["files"].items():
            assert digest == hashlib.sha256((data / one["name"] / f"{table}.parquet").read_bytes()).hexdigest()


def test_without_npm_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A site that cannot be built says why in a sentence."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(explore.NoProgramError, match=r"npm is not installed.*install Node\.js 20 or newer"):
        explore.npm("--version")


def test_the_lockfile_names_no_registry_and_every_library_is_pinned() -> None:
    """The libraries come from whichever registry npm is told of, in one version."""
    lock = (explore.PROGRAM / "package-lock.json").read_text(encoding="utf-8")
    package = json.loads((explore.PROGRAM / "package.json").read_text(encoding="utf-8"))

    assert '"resolved"' not in lock
    pinned = {**package["dependencies"], **package["devDependencies"]}
    locked = json.loads(lock)["packages"]
    assert pinned == {name: locked[f"node_modules/{name}"]["version"] for name in pinned}
    assert all(about["integrity"].startswith("sha512-") for path, about in locked.items() if path)
