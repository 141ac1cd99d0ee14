"""The areas of the record beside the codes that others have for them, for joining."""

from datetime import date

import attrs
from attrs import validators as v

from conflictdata import fields, values
from conflictdata.errors import InvalidValueError
from conflictdata.models import Record
from conflictdata.provenance import Basis
from conflictdata.schema import to_arrow
from conflictdata.tables import Table
from conflictdata.vocabulary import Area, area_tree, declared


@attrs.frozen(kw_only=True)
class AreaCodes(Record):
    """One area of the record, and the codes by which others name it.

    Attributes:
        area: The area.
        label: Its name.
        parent: The area that it is reported within; null for the country.
        iso: The ISO 3166 code that names it: of the country that of ISO 3166-1, of its parts those of ISO 3166-2; null where
            none does.
        pcode: Its place code in the common boundaries of UN OCHA; null where there is none.
        pcode_from: The first day of the list that has this place code; an older list gives the same code to other areas.
            Null where no day was found.
        valid_from: The first day on which the codes name this area; null where that is not known to have changed.
        valid_to: The first day on which they do so no more; null where they still do.
        note: What else to know before joining.
        sources: The addresses at which the codes and days were read.
    """

    area: Area = attrs.field(converter=Area)
    label: str = attrs.field(validator=fields.text, metadata=fields.UNIQUE)
    parent: Area | None = attrs.field(default=None, converter=attrs.converters.optional(Area))
    iso: str | None = attrs.field(default=None, validator=v.optional(fields.matches("PK(-[A-Z]{2})?", "an ISO 3166 code")))
    pcode: str | None = attrs.field(default=None, validator=v.optional(fields.matches("PK[0-9]*", "a place code")))
    pcode_from: date | None = attrs.field(default=None, validator=v.optional(values.day))
    valid_from: date | None = attrs.field(default=None, validator=v.optional(values.day))
    valid_to: date | None = attrs.field(default=None, validator=v.optional(values.day))
    note: str = attrs.field(default="", validator=fields.note)
    sources: tuple[str, ...] = attrs.field(default=(), converter=fields.names)

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        if (self.iso or self.pcode) and not self.sources:
            raise InvalidValueError("sources", "a code of others stands with the address at which it was read")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise InvalidValueError("valid_to", f"{self.valid_to} is not after {self.valid_from}")

    def valid_on(self, day: date) -> bool:
        """Whether the codes name this area on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)

    def __str__(self) -> str:
        """Give the area and the codes of others on one line."""
        span = f", from {self.valid_from}" if self.valid_from else f", until {self.valid_to}" if self.valid_to else ""
        return f"{self.area} {self.label}: ISO {self.iso or 'none'}, P-code {self.pcode or 'none'}{span}"


def areas() -> Table[AreaCodes]:
    """Give every area of the record with the codes that others have for it: a crosswalk, for joining.

    Returns:
        A row for each area, in the order of the vocabulary. One ISO code can name two areas, one after the other.
        Until the tribal areas were merged into it, `PK-KP` is Khyber Pakhtunkhwa without them; with them from that day on.

    Examples:
        >>> import conflictdata as cd
        >>> for row in cd.areas().where(lambda row: row.iso == "PK-KP"):
        ...     print(row.area, row.iso, row.pcode, row.valid_from, row.valid_to)
        PK-KP PK-KP PK5 2018-05-31 None
        PK-KP-MAINLAND PK-KP None None 2018-05-31
    """
    told = declared()["area"]
    rows = [
        AreaCodes(
            area=area,
            label=area.label,
            parent=node.parent,
            iso=told[area].get("iso"),
            pcode=told[area].get("pcode"),
            pcode_from=told[area].get("pcode_from"),
            valid_from=told[area].get("valid_from"),
            valid_to=told[area].get("valid_to"),
            note=told[area].get("code_note", ""),
            sources=tuple(told[area].get("code_sources", ())),
        )
        for area, node in area_tree().items()
    ]
    return Table(to_arrow(AreaCodes, rows), AreaCodes, "areas", basis=Basis(releases=tuple))
