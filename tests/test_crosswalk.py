"""The areas beside the codes of others."""

from datetime import date, timedelta

import pytest

import conflictdata as cd

MERGED = date(2018, 5, 31)


def test_every_area_has_a_row_with_name_and_parent() -> None:
    """The rows are the vocabulary, in its order."""
    rows = cd.areas()
    tree = cd.area_tree()

    assert [row.area for row in rows] == list(cd.Area)
    assert [(row.label, row.parent) for row in rows] == [(area.label, tree[area].parent) for area in cd.Area]


def test_a_code_of_others_stands_with_where_it_was_read() -> None:
    """No code and no day without an address; what was not found is null."""
    for row in cd.areas():
        assert bool(row.iso or row.pcode or row.valid_from or row.valid_to) == bool(row.sources), row.area
        assert all(address.startswith("https://") for address in row.sources)
    with pytest.raises(cd.InvalidValueError, match="stands with the address at which it was read"):
        cd.AreaCodes(area="PK-BA", label="Balochistan", iso="PK-BA")
    with pytest.raises(cd.InvalidValueError, match="valid_to: 2018-05-31 is not after 2018-05-31"):
        cd.AreaCodes(area="PK-TA", label="x", valid_from=MERGED, valid_to=MERGED)


def test_on_any_day_a_code_names_one_area() -> None:
    """A join by a code and a day finds one row: the merger moves PK-KP from the mainland to the whole."""
    rows = list(cd.areas())
    for day in (date(2010, 1, 1), MERGED - timedelta(1), MERGED, date(2026, 1, 1)):
        for column in ("iso", "pcode"):
            codes = [getattr(row, column) for row in rows if row.valid_on(day) and getattr(row, column)]
            assert len(codes) == len(set(codes)), (day, column)
    named = {day: [str(row.area) for row in rows if row.iso == "PK-KP" and row.valid_on(day)] for day in (MERGED, date.min)}
    assert named == {MERGED: ["PK-KP"], date.min: ["PK-KP-MAINLAND"]}


def test_the_iso_code_is_the_records_own_where_that_is_one() -> None:
    """The record's codes are those of ISO 3166 but for the two that it needs beside them."""
    own = {str(row.area): row.iso for row in cd.areas()}

    assert {area for area, iso in own.items() if iso != area} == {"PK-KP-MAINLAND", "PK-KP-UNCLEAR"}
    assert own["PK-KP-UNCLEAR"] is None


def test_the_crosswalk_is_a_table_like_others() -> None:
    """It filters, and goes to Arrow and pandas, with days as days."""
    row = cd.areas().filter(area="PK-TA")[0]
    assert (row.iso, row.pcode, row.valid_from, row.valid_to) == ("PK-TA", None, None, MERGED)
    assert str(row) == "PK-TA tribal districts (former FATA): ISO PK-TA, P-code none, until 2018-05-31"
    assert str(cd.areas().filter(area="PK-KP")[0]).endswith("ISO PK-KP, P-code PK5, from 2018-05-31")
    assert str(cd.areas().to_arrow().schema.field("valid_to").type) == "date32[day]"
    frame = cd.areas().to_pandas().set_index("area")
    assert frame.loc[["PK-BA"], ["iso", "pcode"]].to_numpy().tolist() == [["PK-BA", "PK2"]]
    assert isinstance(row.area, cd.Area)
