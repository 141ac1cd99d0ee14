"""Mappings of events: the published layouts are whole, and what cannot be a mapping is refused."""

from pathlib import Path
from typing import Any

import pytest

import conflictdata as cd
from conflictdata.names import LayoutName
from tests.shared.events import mapping_of


@pytest.mark.parametrize("layout", ["ucdp_ged", "ucdp_candidate", "acled", "acled_numeric"])
def test_published_layouts_are_whole(layout: LayoutName) -> None:
    """Each says what it counts under each scope, in what it differs, and where the layout is described."""
    mapping = mapping_of(layout)
    assert mapping.dataset == layout.removesuffix("_numeric")
    assert {*mapping.scopes} <= {*mapping.counts}
    assert mapping.differences("killed", "total", "all")
    assert mapping.source.strip()
    with pytest.raises(cd.UnknownNameError, match="unknown layout of events 'ged'; valid: ucdp_ged, ucdp_candidate, acled"):
        mapping_of("ged")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"month": "middle"}, "month"),
        ({"end": None}, "month: is that of the end, and no column of the end is named"),
        ({"low": None}, "low: is named if and only if high is"),
        ({"areas": {"XX": {}}}, "areas: 'XX' is the code of no country"),
        ({"areas": {"AR": {"North": "BO"}}}, "areas: 'BO' stands for something else too"),
        ({"areas": {"AR": {"North": "N"}, "BO": {"North": "N"}}}, "areas: 'N' stands for something else too"),
        ({"countries": {}}, "countries: names none"),
        ({"actors": {}}, "actors: are not given"),
        ({"actors": {"*": "total"}}, "actors: 'total' is the sum of all groups"),
        ({"precision": "date_prec"}, "margins: are given if and only if precision is named"),
        ({"deaths": [{"column": "x", "actor": "side_a", "group": "militants"}]}, "group: follows from the actor"),
        ({"deaths": "deaths_a"}, "deaths: is not a list of tables"),
        ({"kinds": [{"code": "all", "columns": ["x"], "values": ["1"]}]}, "kinds 1 code: 'all' is the scope of all events"),
        ({"colour": "red"}, "colour: is not known here"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(changes: dict[str, Any], problem: str) -> None:
    """With the field at fault."""
    with pytest.raises(cd.RecordError) as raised:
        mapping_of(**changes)
    assert problem in str(raised.value)


def test_a_mapping_is_read_from_a_file(tmp_path: Path) -> None:
    """Of its own, or under `events`; what is wrong names the file."""
    text = 'dataset = "mine"\nid = "id"\nstart = "day"\nmonth = "start"\ncountry = "c"\nkilled = "dead"\n'
    path = tmp_path / "mine.toml"
    for told in (text, f"[events]\n{text}"):
        path.write_text(
            told + ("[countries]" if told == text else "[events.countries]") + '\nArland = "AR"\n', encoding="utf-8"
        )
        assert cd.EventMapping.read(path).countries == {"Arland": "AR"}
    path.write_text("dataset", encoding="utf-8")
    with pytest.raises(cd.RecordError, match=r"mine\.toml: is not TOML"):
        cd.EventMapping.read(path)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(cd.RecordError, match=r"mine\.toml: countries: is missing"):
        cd.EventMapping.read(path)
