"""The codes and what is declared about them."""

import pytest

from conflictdata import Area, Bound, Group, Measure, UnknownNameError, area_tree
from conflictdata.vocabulary import VOCABULARIES, Code, declared


@pytest.mark.parametrize("codes", VOCABULARIES, ids=lambda codes: str(codes.axis()))
def test_every_code_is_declared_in_order(codes: type[Code]) -> None:
    """The declared codes are the members of the enum, in one order, each with a label and a definition."""
    assert [code.value for code in codes] == list(declared()[codes.axis()])
    for rank, code in enumerate(codes):
        assert rank == code.rank
        assert code.label
        assert code.definition.endswith(".")


def test_no_axis_is_declared_that_does_not_exist() -> None:
    """The file declares the vocabularies, what adds up to what, what may be compared with what, and nothing else."""
    assert {*(codes.axis() for codes in VOCABULARIES), "structure", "comparison"} == set(declared())


def test_an_unknown_code_lists_the_valid_ones() -> None:
    """The error names the vocabulary, the code and every valid code."""
    with pytest.raises(UnknownNameError) as caught:
        Bound("roughly")

    assert str(caught.value) == "unknown bound 'roughly'; valid: exact, at_least, more_than, about, at_most"
    assert (caught.value.kind, caught.value.name) == ("bound", "roughly")
    assert tuple(Bound) == caught.value.valid


def test_a_code_is_its_own_text() -> None:
    """Codes compare and print as the text of the record."""
    assert {"PK-BA": 1}[Area.BALOCHISTAN]
    assert f"{Group.SECURITY_FORCES}" == "security_forces"
    assert Group.SECURITY_FORCES.label == "security forces"


def test_every_area_lies_within_the_country() -> None:
    """The tree has one root, each area is a child of its parent, and the way up ends at the country."""
    tree = area_tree()

    assert list(Area) == list(tree)
    assert [area for area, node in tree.items() if node.parent is None] == [Area.PK]
    for area, node in tree.items():
        assert all(tree[child].parent is area for child in node.children)
        if area is not Area.PK:
            assert node.ancestors[-1] is Area.PK
            assert node.parent is not None
            assert area in tree[node.parent].children


def test_the_tribal_districts_lie_within_khyber_pakhtunkhwa() -> None:
    """Mainland and tribal districts are the parts of Khyber Pakhtunkhwa."""
    tree = area_tree()

    assert tree[Area.KP].children == (Area.KP_MAINLAND, Area.TRIBAL_DISTRICTS)
    assert tree[Area.TRIBAL_DISTRICTS].ancestors == (Area.KP, Area.PK)


@pytest.mark.parametrize("measure", Measure)
def test_every_measure_has_a_unit_that_says_reported(measure: Measure) -> None:
    """A number on an axis is a number of what was reported, of people or of incidents as its definition says."""
    assert "reported" in measure.unit
    assert (measure.unit.split()[0] == "incidents") == ("Unit: incidents." in measure.definition)
