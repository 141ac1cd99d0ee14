"""`CITATION.cff` and `.zenodo.json`: how the compilation is cited and archived, as the record says."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from datasets.tools.history import DatasetRecord
from datasets.tools.metadata import Licence, Project, licence

CITATION = "CITATION.cff"
ARCHIVE = ".zenodo.json"


def _licence(datasets: Iterable[DatasetRecord]) -> Licence:
    """Give the licence of the compilation, which is one."""
    (one,) = {dataset.about["licence"] for dataset in datasets}
    return licence(one)


def _day(datasets: Iterable[DatasetRecord]) -> str:
    """Give the day of the newest release of any dataset."""
    return str(max(release.day for dataset in datasets for release in dataset.releases))


def _about(datasets: Iterable[DatasetRecord]) -> str:
    told = " ".join(f"{dataset.name} ({dataset.about['publisher']}): {dataset.about['counts']}" for dataset in datasets)
    return f"What pages reported of the numbers of conflict monitors, each number with the page that stated it. {told}"


def citation(project: Project, datasets: Iterable[DatasetRecord]) -> dict[str, Any]:
    """Say how to cite: the code, the compilation, and the publishers whose numbers it records.

    Args:
        project: The project.
        datasets: The datasets.

    Returns:
        What the Citation File Format 1.2.0 has of it. The version is the package's; its data are of the day given.
    """
    told = list(datasets)
    data = _licence(told)
    (code,) = set(project.licences) - {data.id}
    makers = [{"name": project.maintainers}]
    places = {"url": project.urls["Documentation"], "repository-code": project.urls["Source"]}
    return {
        "cff-version": "1.2.0",
        "message": "Cite the compilation in the version that was used, and beside it the page that stated each number.",
        "type": "software",
        "title": project.name,
        "abstract": project.summary,
        "authors": makers,
        "version": project.version,
        "license": code,
        **places,
        "keywords": list(project.keywords),
        "preferred-citation": {
            "type": "data",  # how the format names a data set in a reference
            "title": f"{project.name}: {project.summary}",
            "abstract": _about(told),
            "authors": makers,
            "version": project.version,
            "date-released": _day(told),
            "license": data.id,
            **places,
        },
        "references": [
            {
                "type": "website",
                "title": dataset.about["publisher"],
                "authors": [{"name": dataset.about["publisher"]}],
                "url": dataset.about["homepage"],
                "notes": f"The facts of the dataset {dataset.name} are its own. {dataset.about['counts']}",
            }
            for dataset in told
        ],
    }


def archive(project: Project, datasets: Iterable[DatasetRecord]) -> dict[str, Any]:
    """Say what an archive of the checkout is, in the fields of Zenodo's deposits.

    Args:
        project: The project.
        datasets: The datasets.

    Returns:
        The fields.
    """
    told = list(datasets)
    data = _licence(told)
    (code,) = set(project.licences) - {data.id}
    pages = [("isDocumentedBy", project.urls["Documentation"]), *(("references", one.about["homepage"]) for one in told)]
    return {
        "upload_type": "dataset",
        "title": f"{project.name}: {project.summary}",
        "creators": [{"name": project.maintainers}],
        "description": _about(told),
        "version": project.version,
        "access_right": "open",
        "license": data.id,
        "language": "eng",
        "keywords": list(project.keywords),
        "notes": f"The compilation is under {data.id}, the code under {code}. The facts are their reporters'.",
        "related_identifiers": [{"relation": relation, "identifier": url, "scheme": "url"} for relation, url in pages],
    }


def _yaml(told: Any, indent: str = "") -> Iterator[str]:
    """Write a table or a list as YAML, each text in quotes as JSON writes them, which YAML reads alike."""
    pairs = told.items() if isinstance(told, Mapping) else (("-", one) for one in told)
    for key, value in pairs:
        head = f"{indent}{key if key == '-' else f'{key}:'}"
        if isinstance(value, str):
            yield f"{head} {json.dumps(value, ensure_ascii=False)}"
        elif key == "-":
            first, *rest = _yaml(value, f"{indent}  ")
            yield f"{head} {first.lstrip()}"
            yield from rest
        else:
            yield head
            yield from _yaml(value, f"{indent}  ")


def update(folder: Path, datasets: Iterable[DatasetRecord], *, check: bool) -> list[str]:
    """Bring the two files of a checkout up to date.

    Args:
        folder: The checkout. A record beside which no project stands has no such files, nor one without a release.
        datasets: The datasets.
        check: Whether only to look.

    Returns:
        The names of the files that were not up to date.
    """
    told = list(datasets)
    if not (folder / "pyproject.toml").is_file() or not any(dataset.releases for dataset in told):
        return []
    project = Project.read(folder / "pyproject.toml")
    made = {
        CITATION: "\n".join([*_yaml(citation(project, told)), ""]),
        ARCHIVE: json.dumps(archive(project, told), indent=2, ensure_ascii=False) + "\n",
    }
    there = {name: (folder / name).read_text(encoding="utf-8") if (folder / name).is_file() else None for name in made}
    stale = [name for name, text in made.items() if there[name] != text]
    if not check:
        for name in stale:
            (folder / name).write_text(made[name], encoding="utf-8", newline="")
    return stale
