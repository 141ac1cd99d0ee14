"""What search engines are told: each dataset, and the catalogue of them, in the words of schema.org."""

import json
import os
from typing import Any

import conflictdata as cd
from conflictdata import bundle, vocabulary
from conflictdata.vocabulary import Area, Measure
from datasets.tools.metadata import DESCRIPTOR, MEDIA_TYPE, Described, Project

CONTEXT = "https://schema.org"
SHOWN = os.environ.get("MIKE_DOCS_VERSION", "")  # the folder that the site is published in; else that of its version


def _page(project: Project, path: str) -> str:
    return project.page(path, SHOWN)


def described(name: str) -> Described:
    """Give the model of a dataset as it stands in the bundle.

    Args:
        name: The dataset.

    Returns:
        What its descriptors are made of.
    """
    return Described.of(name, bundle.manifest()["datasets"][name], bundle.FOLDER / name, vocabulary.declared())


def _organization(name: str, url: str) -> dict[str, Any]:
    return {"@type": "Organization", "name": name, "url": url}


def _maintainers(project: Project) -> dict[str, Any]:
    return _organization(project.maintainers, project.urls["Source"])


def _catalog(project: Project) -> dict[str, Any]:
    return {"@type": "DataCatalog", "@id": project.urls["Homepage"], "name": project.name, "url": project.urls["Homepage"]}


def _downloads(dataset: Described, project: Project) -> list[dict[str, Any]]:
    folder = _page(project, f"data/{dataset.name}/")
    return [
        *(
            {
                "@type": "DataDownload",
                "name": f"{dataset.name}: {file.path}",
                "description": file.description,
                "contentUrl": f"{folder}{file.path}",
                "encodingFormat": MEDIA_TYPE,
                "contentSize": f"{file.bytes} B",
                "sha256": file.sha256,
            }
            for file in dataset.files
        ),
        {
            "@type": "DataDownload",
            "name": f"{dataset.name}: {DESCRIPTOR}",
            "description": "What each file holds, column by column: a Frictionless Data Package, version 2.",
            "contentUrl": f"{folder}{DESCRIPTOR}",
            "encodingFormat": "application/json",
            "sha256": bundle.manifest()["files"][f"{dataset.name}/{DESCRIPTOR}"],
        },
    ]


def dataset(name: str) -> dict[str, Any]:
    """Describe a dataset.

    The compilation was made by its maintainers; the facts are the publisher's, whose pages it is based on. It is not the
    same as anything the publisher has.

    Args:
        name: The dataset.

    Returns:
        A `Dataset` of schema.org.
    """
    told, project, opened = described(name), Project.read(), cd.load(cd.dataset_name(name))
    publisher = _organization(told.publisher, told.homepage)
    url = _page(project, f"data/{name}/")
    measured = {figure.measure for figure in opened.figures}
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": url,
        "name": told.title,
        "description": told.description,
        "url": url,
        "identifier": f"{project.name}/{name}@{told.release}",
        "version": told.release,
        **({"datePublished": told.day} if told.day else {}),
        "license": told.licence.url,
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "keywords": [*project.keywords, told.publisher],
        "creator": _maintainers(project),
        "creditText": f"{project.maintainers}. {told.title}. {project.name}, release {told.release}. {url}",
        "citation": {
            "@type": "CreativeWork",
            "name": f"What the {told.publisher} reported: the page that stated a number is cited beside this compilation",
            "creator": publisher,
            "url": told.homepage,
        },
        "isBasedOn": [page.url for page in opened.sources],
        "temporalCoverage": f"{told.first}/{told.last}",
        "spatialCoverage": {"@type": "Country", "name": Area.PK.label, "identifier": Area.PK.value},
        "variableMeasured": [
            {"@type": "PropertyValue", "name": measure.label, "propertyID": measure.value, "description": measure.definition}
            for measure in Measure
            if measure in measured
        ],
        "measurementTechnique": (
            f"The {told.publisher} counted; pages reported. What each page states is recorded under codes, and one figure a "
            f"cell follows from the statements by rule {opened.rule}: {_page(project, 'resolve/')}"
        ),
        "includedInDataCatalog": _catalog(project),
        "distribution": _downloads(told, project),
    }


def catalogue() -> dict[str, Any]:
    """Describe the whole of the datasets.

    Returns:
        A `DataCatalog` of schema.org, which names each dataset and the page that describes it.
    """
    project = Project.read()
    told = [described(info.name) for info in cd.list_datasets()]
    datasets = [
        {
            "@type": "Dataset",
            "@id": _page(project, f"data/{one.name}/"),
            "name": one.title,
            "description": one.description,
            "url": _page(project, f"data/{one.name}/"),
            "version": one.release,
            "license": one.licence.url,
            "creator": _maintainers(project),
        }
        for one in told
    ]
    return {
        "@context": CONTEXT,
        **_catalog(project),
        "description": project.summary,
        "version": project.version,
        "license": sorted({one.licence.url for one in told}),
        "keywords": list(project.keywords),
        "creator": _maintainers(project),
        "dataset": datasets,
    }


def script(name: str | None = None) -> str:
    """Write what stands in a page for search engines: a block of raw HTML on one line.

    Args:
        name: A dataset; None for the catalogue.

    Returns:
        The block. No text in it can end it, since each `<` is written as JSON's escape.
    """
    told = json.dumps(dataset(name) if name else catalogue(), ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{told}</script>\n'
