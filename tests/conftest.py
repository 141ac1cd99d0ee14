"""What all tests share. They run against the installed package; the checkout gives the record and its tools."""

import gc
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from conflictdata import Dataset, bundle, catalog, vocabulary

if TYPE_CHECKING:
    from datasets.tools.history import DatasetRecord

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT))  # at the end: datasets.tools comes from the checkout, the package from where it is installed
pytest.register_assert_rewrite("tests.shared")  # what several test modules use: failures tell as much there

# The records of the datasets stay for the whole run: a pass over all of them now and then costs a sixth of its time.
gc.set_threshold(200_000, 20, 1000)

# How many examples a test of a property has; those that cost more than others take a share of it.
for profile, examples in {"default": 15, "full": 100, "thorough": 2000}.items():
    settings.register_profile(profile, deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=examples)
settings.register_profile("mutation", settings.get_profile("default"), max_examples=30, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session", autouse=True)
def fresh() -> None:
    """Open the datasets anew: a run for mutants is forked from one that had them open, with what was computed of them."""
    for opened in (catalog._release, catalog._as_of):  # noqa: SLF001
        opened.cache_clear()


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the record."""
    return ROOT / "datasets"


@pytest.fixture(scope="session")
def recorded(root: Path) -> "Mapping[str, DatasetRecord]":
    """The datasets of the record by name, read once; nothing changes them."""
    from datasets.tools.read import read

    return {dataset.name: dataset for dataset in read(root)}


@pytest.fixture(scope="session")
def vocabulary_of(root: Path) -> Callable[..., str]:
    """Gives the vocabulary of the record for some datasets alone: what it says of others is left out."""

    def made(*names: str) -> str:
        whole, _, comparison = (root / "vocabulary.toml").read_text(encoding="utf-8").partition("[comparison.counts.")
        others = {path.parent.name for path in root.glob("*/dataset.toml")} - set(names)
        blocks = f"[comparison.counts.{comparison}".split("\n\n")
        kept = [block for block in blocks if not any(f'"{name}.' in block or f"counts.{name}]" in block for name in others)]
        rule = 'only.dataset = ["picss", "cmc"]'
        assert whole.count(rule) == 1
        told = [name for name in ("picss", "cmc") if name in names]
        return whole.replace(rule, f"only.dataset = {json.dumps(told)}") + "\n\n".join(kept).rstrip() + "\n"

    return made


@pytest.fixture(scope="module")
def picss() -> Dataset:
    """The largest dataset, at a release that stays."""
    from tests.shared.plotted import PICSS

    return catalog.load("picss", release=PICSS)


HEADS = {
    "sources.csv": "id,kind,outlet,origin,mirror,url,published,published_from,published_to,accessed,language,title,readings",
    "statements.csv": (
        "id,source,report_period,period,area,scope,measure,group,value,bound,subset,includes,caveats,note,readings"
    ),
    "claims.csv": (
        "id,source,report_period,period,area,scope,measure,group,claim,value,direction,reference_period,reference_area,bound,"
        "caveats,note,readings"
    ),
    "breaks.csv": "id,start,approximate,areas,scopes,measures,description",
    "discrepancies.csv": (
        "id,source,axis,period,area,scope,measure,group,part,residual_low,residual_high,reason,explanation,shown_by"
    ),
}
LITTLE = {
    "cmc": {
        "sources.csv": ("page-m,primary,CMC,,,https://example.org/m,2014-02-01,2014-02-01,2014-02-01,2026-11-22,en,,1",),
        "statements.csv": (
            "s11,page-m,2014-01,2014-01,PK,all,killed,total,90,exact,,,,,1",
            "s12,page-m,2014-01,2014-01,PK,all,injured,total,60,exact,,,,,1",
        ),
    },
    "picss": {
        "sources.csv": (
            "page-a,primary,PICSS,,,https://example.org/a,2025-11-01,2025-11-01,2025-11-01,2026-11-22,en,October,1",
            "page-b,secondary,Dawn,,,https://example.org/b,,2025-11-01,2026-11-22,2026-11-22,en,,2",
        ),
        "statements.csv": (
            "s01,page-a,2025-10,2025-10,PK,all,killed,total,458,exact,,,,,1",
            "s02,page-a,2025-10,2025-10,PK,all,injured,total,162,exact,,,,,1",
            "s03,page-b,2025-10,2025-10,PK,all,killed,total,458,exact,,,suspected,of all,1",
            "s04,page-b,2025-10,2025-10,PK,all,injured,total,161,exact,,,,,1",
        ),
        "claims.csv": ("c01,page-a,2025-10,2025-10,PK,all,killed,total,percent_change,29,up,2025-09,,exact,,,1",),
        "breaks.csv": ("headline,2024-08-01,,PK,,killed injured,The headline toll changed.",),
    },
}


@pytest.fixture(scope="session")
def waiting(tmp_path_factory: pytest.TempPathFactory, root: Path, vocabulary_of: Callable[..., str]) -> Path:
    """The folder of what `little` gives, made once: every test has a copy."""
    folder = tmp_path_factory.mktemp("waiting")
    record = folder / "datasets"
    for name, tables in LITTLE.items():
        (record / name).mkdir(parents=True)
        made = {
            file: "".join(
                [
                    f"{head},from_release,to_release,corrects,why,withdrawn\n",
                    *(f"{row},next,,,,\n" for row in tables.get(file, ())),
                ]
            )
            for file, head in HEADS.items()
        }
        made["releases.csv"] = "label,rule,schema,added,closed,rows_digest,figures_digest,why\n"
        made["digests.csv"] = "table,id,from_release,to_release,digest\n"
        about = {
            "title": name,
            "publisher": name,
            "homepage": "https://example.org",
            "counts": "Some.",
            "licence": "CC-BY-4.0",
        }
        made["dataset.toml"] = "".join(f'{key} = "{value}"\n' for key, value in about.items())
        for file, content in made.items():
            (record / name / file).write_text(content, encoding="utf-8", newline="")
    (record / "vocabulary.toml").write_text(vocabulary_of(*LITTLE), encoding="utf-8")
    shutil.copytree(root.parent / "docs", folder / "docs", ignore=shutil.ignore_patterns("data"))  # which is made
    marks = "<!-- data releases: written from the record -->\n<!-- end of data releases -->"
    (folder / "CHANGELOG.md").write_text(f"# Changelog\n\nBefore.\n\n{marks}\n\nAfter.\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def begun_once(tmp_path_factory: pytest.TempPathFactory, waiting: Path) -> Path:
    """The folder of what `begun` gives."""
    from tests.shared.releasing import publish

    record = _copied(waiting, tmp_path_factory.mktemp("begun"))
    for name in LITTLE:
        publish(record, name, why="The first.")
    return record.parent


def _copied(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to, dirs_exist_ok=True)
    return to / "datasets"


@pytest.fixture
def little(tmp_path: Path, waiting: Path) -> Path:
    """A record of two small datasets that wait for their first releases, with documentation and a changelog beside it."""
    return _copied(waiting, tmp_path)


@pytest.fixture
def begun(tmp_path: Path, begun_once: Path) -> Path:
    """The two small datasets, each with a release."""
    return _copied(begun_once, tmp_path)


@pytest.fixture(scope="session")
def released_once(tmp_path_factory: pytest.TempPathFactory, begun_once: Path) -> Path:
    """The folder of what `released` gives."""
    from tests.shared.releasing import listed, publish

    record = _copied(begun_once, tmp_path_factory.mktemp("released"))
    listed(record, "s04,value,163,misread", "c01,value,30,misread")
    publish(record, why="A second one.")
    return record.parent


@pytest.fixture
def released(tmp_path: Path, released_once: Path) -> Path:
    """The two small datasets with a first release each, and in one of them a second."""
    return _copied(released_once, tmp_path)


@pytest.fixture
def record(tmp_path: Path, vocabulary_of: Callable[..., str]) -> Path:
    """A small record that is whole and canonical."""
    from tests.shared.smallrecord import ABOUT, BREAKS, CLAIMS, DIGESTS, DISCREPANCIES, RELEASES, SOURCES, STATEMENTS

    folder = tmp_path / "datasets" / "picss"
    folder.mkdir(parents=True)
    (folder.parent / "vocabulary.toml").write_text(vocabulary_of("picss"), encoding="utf-8")
    files = {"sources.csv": SOURCES, "statements.csv": STATEMENTS, "claims.csv": CLAIMS, "breaks.csv": BREAKS}
    others = {"releases.csv": RELEASES, "digests.csv": DIGESTS, "discrepancies.csv": DISCREPANCIES, "dataset.toml": ABOUT}
    for name, content in {**files, **others}.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
    return folder.parent


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Let the package read the data of another folder, as if it had been built with them."""

    def forget() -> None:
        bundle.manifest.cache_clear()
        vocabulary.declared.cache_clear()
        for opened in (catalog._release, catalog._as_of):  # noqa: SLF001
            opened.cache_clear()

    def use(folder: Path) -> None:
        monkeypatch.setattr(bundle, "FOLDER", folder)
        told = hashlib.sha256((folder / bundle.MANIFEST).read_bytes()).hexdigest()
        monkeypatch.setattr("conflictdata._manifest.DIGEST", told)
        forget()

    yield use
    monkeypatch.undo()
    forget()
