"""The parts of the documentation on claims that are counted from the record."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import conflictdata as cd
from conflictdata.claims import words_of
from conflictdata.models import cell_label
from conflictdata.vocabulary import ClaimKind, ClaimVerdict, Slip, SourceKind, Undecided
from datasets.tools.markdown import table

# Claims of the record, by dataset and name, that show how a verdict comes about.
EXAMPLES: tuple[tuple[str, str, str], ...] = (
    ("picss", "c62d1cd4b84", "A change that the numbers give"),
    ("picss", "c2535cf4b18", "A record over a window that was mostly not reported, with a break of definition in it"),
    ("picss", "cbba193f791", "A record of which hardly any span was reported"),
    (
        "picss",
        "cd797cf73f6",
        "A fall of something that the page does not name; the falls that the record holds stand beside it",
    ),
    ("picss", "c0c05b1e0af", "The later number as the base"),
    ("picss", "cd69e928b1b", "The same change on another page, as a lower limit: more than a third is true of a half"),
    ("picss", "cb00d599288", "The later number as the base, printed as about a third"),
    ("picss", "c578e3d2f04", "The later number as the base, on a page that prints both numbers"),
    ("picss", "cb37f71934b", "A change that comes out on neither base"),
    ("picss", "c2fc332f58b", "What remains, printed as the fall"),
    ("picss", "c63a598c7ba", "The ratio, printed as the rise"),
    ("picss", "c86f150108e", "One of two per cents that were printed of the same numbers"),
    ("picss", "c766031cd7e", "The other one"),
    ("picss", "c3b510eb73c", "A fall by more than everything"),
    ("picss", "cea4aba1d39", "An earlier number that the page restates: its own numbers decide"),
    ("picss", "c0bc186bb2b", "A record that an earlier month contradicts"),
    ("cmc", "cda62c2ece5", "A share of the national figure"),
)

Claims = Iterable[cd.CheckedClaim]


def _all() -> list[cd.CheckedClaim]:
    return [claim for info in cd.list_datasets() for claim in cd.load(info.name).claims]


def _by(title: str, claims: Claims, key: Callable[[cd.CheckedClaim], Any], order: Iterable[Any]) -> str:
    counts = Counter((key(claim), claim.verdict) for claim in claims)
    rows = []
    for one in order:
        told = [counts[one, verdict] for verdict in ClaimVerdict]
        if sum(told):
            rows.append((getattr(one, "label", str(one)), f"{sum(told):,}", *(f"{count:,}" for count in told)))
    total = [sum(counts[one, verdict] for one in {key for key, _ in counts}) for verdict in ClaimVerdict]
    rows.append(("all", f"{sum(total):,}", *(f"{count:,}" for count in total)))
    return table((title, "claims", *(verdict.label for verdict in ClaimVerdict)), rows, 1)


def tally() -> str:
    """Count the verdicts by publisher, by kind of claim, by kind of source, and by the year of the span."""
    claims = _all()
    names = [info.name for info in cd.list_datasets()]
    years = sorted({claim.period.end.year for claim in claims})
    undated = sum(claim.source.published is None for claim in claims)
    return "\n\n".join(
        [
            f"Of {len(claims):,} claims, {undated:,} are on pages that show no day.",
            _by("publisher", claims, lambda claim: claim.dataset, names),
            _by("kind of claim", claims, lambda claim: claim.claim, ClaimKind),
            _by("kind of source", claims, lambda claim: claim.source.kind, SourceKind),
            _by("year", claims, lambda claim: claim.period.end.year, years),
        ]
    )


def undecided() -> str:
    """Say why claims are undecided, and how many by each reason."""
    counts = Counter(claim.undecided for claim in _all())
    rows = [(f"`{why}`", why.definition, f"{counts[why]:,}") for why in Undecided]
    return table(("undecided", "meaning", "claims"), rows, 2)


def slips() -> str:
    """Say by which other computation printed per cents come out."""
    counts = Counter(slip for claim in _all() for slip in claim.slips)
    rows = [(f"`{slip}`", slip.definition, f"{counts[slip]:,}") for slip in Slip]
    return table(("slip", "meaning", "claims"), rows, 2)


def examples() -> str:
    """Give claims of the record with their verdicts and evidence."""
    by_id = {(claim.dataset, claim.id): claim for claim in _all()}
    blocks = []
    for dataset, name, title in EXAMPLES:
        claim = by_id[dataset, name]
        page = f"[{claim.source.outlet}]({claim.source.url})"
        blocks.append(
            f"**{title}.** {cell_label(claim)}, {words_of(claim)} ({page}, `{name}`):\n"
            f"**{claim.verdict.label}**. {claim.evidence}"
        )
    return "\n\n".join(blocks)


def habit() -> str:
    """List the changes that come out on the later number, those of one report together."""
    told: dict[tuple[str, str, str], list[cd.CheckedClaim]] = defaultdict(list)
    for claim in _all():
        if Slip.LATER_BASE in claim.slips:
            numbers = " to ".join(one.partition("=")[2] for one in claim.used)
            told[cell_label(claim), words_of(claim), numbers].append(claim)
    rows = []
    for (cell, words, used), claims in sorted(told.items(), key=lambda item: (item[1][0].period, item[0])):
        low = claims[0].computed_low or 0
        rows.append((cell, words, used, f"{low:+.1f} %", len(claims)))
    changes = [claim for claim in _all() if claim.claim is ClaimKind.PERCENT_CHANGE]
    contradicted = [claim for claim in changes if claim.verdict is ClaimVerdict.CONTRADICTED]
    later = sum(Slip.LATER_BASE in claim.slips for claim in contradicted)
    head = (
        f"Of {len(changes):,} changes in per cent, the numbers contradict {len(contradicted):,}; {later:,} of those come "
        "out with the later number as the base:"
    )
    return f"{head}\n\n" + table(("cell", "printed", "numbers", "change", "pages"), rows, 3)


BLOCKS: dict[str, Callable[[], str]] = {
    "tally": tally,
    "undecided": undecided,
    "slips": slips,
    "examples": examples,
    "habit": habit,
}
