"""The tables of a dataset that the record holds, with the records that they are of."""

from conflictdata import Break, Claim, Discrepancy, Record, Source, Statement

MODELS: dict[str, type[Record]] = {
    "sources": Source,
    "statements": Statement,
    "claims": Claim,
    "breaks": Break,
    "discrepancies": Discrepancy,
}
