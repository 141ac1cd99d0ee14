"""Every release gives the same rows and figures for ever: of the record, under newer rules, and of made-up histories."""

import csv
import random
import shutil
import subprocess
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from pathlib import Path

import attrs
import pyarrow.parquet as pq
import pytest

import conflictdata as cd
from conflictdata import RecordError, bundle, rules
from conflictdata.lines import RECORD, digest, writer
from conflictdata.models import NEXT, Figure, Statement
from conflictdata.names import DatasetName
from conflictdata.resolve import resolve
from datasets.tools import history
from datasets.tools.__main__ import main
from datasets.tools.build import build
from datasets.tools.curate import add
from datasets.tools.format import format_record
from datasets.tools.history import DatasetRecord, Edition
from datasets.tools.read import read
from tests.shared.editing import bytes_of, edit, one
from tests.shared.releasing import DAY, HERE, listed, publish
from tests.shared.tiers import cases

RELEASES = [(info.name, one.label) for info in cd.list_datasets() for one in cd.load(info.name).releases]


# Every release of the real record.


def digests_of(opened: cd.Dataset, schema: int) -> tuple[str, str]:
    """Take both digests of what stands in the tables of a dataset."""
    rows = [
        line for name in RECORD for line in map(writer(name, opened.recorded(name).model, schema), opened.recorded(name))
    ]
    return digest(rows), digest(map(writer("figures", Figure, schema), opened.figures))


def test_there_are_releases() -> None:
    """Each dataset has two or more, and the newest is what loads when none is named."""
    for info in cd.list_datasets():
        labels = [label for name, label in RELEASES if name == info.name]
        assert len(labels) >= 2
        assert labels == sorted(labels)
        assert cd.load(info.name).release == info.release == labels[-1]


@pytest.mark.parametrize(("name", "label"), RELEASES)
def test_a_release_has_the_rows_and_figures_that_its_digests_are_of(root: Path, name: DatasetName, label: str) -> None:
    """Both digests, taken anew of what loads, are those of releases.csv."""
    with (root / name / "releases.csv").open(encoding="utf-8", newline="") as file:
        (told,) = (row for row in csv.DictReader(file) if row["label"] == label)
    opened = cd.load(name, release=label)
    rows, figures = digests_of(opened, int(told["schema"]))

    assert (rows, figures) == (told["rows_digest"], told["figures_digest"])
    (known,) = (one for one in cd.load(name).releases if one.label == label)
    assert (known.rows_digest, known.figures_digest, known.why) == (rows, figures, told["why"])


@pytest.mark.skipif(not all(map(shutil.which, ("sh", "awk", "sha256sum"))), reason="needs sh, awk and sha256sum")
@pytest.mark.parametrize(("name", "label"), RELEASES)
def test_a_few_lines_of_shell_give_the_same_digest(root: Path, name: DatasetName, label: str) -> None:
    """The digest of the rows follows from the CSV files alone, without this library."""
    command = [shutil.which("sh") or "", str(HERE / "rows_digest.sh"), str(root / name), label]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (known,) = (one for one in cd.load(name).releases if one.label == label)

    assert done.stdout.strip() == known.rows_digest


@pytest.mark.parametrize(("name", "label"), RELEASES)
def test_a_release_loads_as_the_record_has_it(recorded: Mapping[str, DatasetRecord], name: DatasetName, label: str) -> None:
    """Every table equals the record's at that label, record by record, and the figures are those of its rule."""
    opened, edition = cd.load(name, release=label), recorded[name].at(label)
    (known,) = (one for one in recorded[name].releases if one.label == label)

    for table in RECORD:
        assert list(opened.recorded(table)) == list(getattr(edition, table)), table
    assert list(opened.figures) == rules.RULES[known.rule](edition.statements)


def test_a_release_counts_what_it_added_and_closed() -> None:
    """The rows of a release are those of the one before, less the closed ones, and the added ones."""
    for info in cd.list_datasets():
        size = 0
        for known in cd.load(info.name).releases:
            size += known.added - known.closed
            opened = cd.load(info.name, release=known.label)
            assert sum(len(opened.recorded(table)) for table in RECORD) == size


def test_an_unknown_release_lists_those_there_are() -> None:
    """A misspelt label is answered by the labels."""
    with pytest.raises(cd.UnknownNameError, match=r"unknown release of crss '2026-11-21'; valid: 2026-11-22, 2026-11-22\.1"):
        cd.load("crss", release="2026-11-21")
    with pytest.raises(cd.UnknownNameError, match="unknown release of crss 'next'"):
        cd.load("crss", release=NEXT)


# Rules.


def other(statements: Collection[Statement]) -> list[Figure]:
    """A rule that gives other figures."""
    return [attrs.evolve(figure, voices=figure.voices + 1) for figure in resolve(statements)]


def test_a_rule_that_was_released_does_not_change(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that gives other figures than it did stops build and check, and the release is named."""
    monkeypatch.setattr(rules, "RULES", {1: other})
    with pytest.raises(RecordError) as caught:
        build(released, released.parent / "data")
    expected = [
        "datasets/cmc/releases.csv:2: figures_digest: rule 1 gives other figures for 2026-11-23 than when that was made",
        "datasets/picss/releases.csv:2: figures_digest: rule 1 gives other figures for 2026-11-23 than when that was made",
        "datasets/picss/releases.csv:3: figures_digest: rule 1 gives other figures for 2026-11-23.1 than when that was made",
    ]

    assert [str(fault) for fault in caught.value.faults] == expected
    assert main(["check"], released) == 1
    listed(released, "s01,value,459,misread")
    with pytest.raises(RecordError, match="figures_digest"):
        publish(released)


def test_a_newer_rule_is_of_later_releases(
    released: Path, monkeypatch: pytest.MonkeyPatch, install: Callable[[Path], None]
) -> None:
    """Earlier releases keep their figures under their rule; the next has those of the newer one, all of them."""
    monkeypatch.setattr(rules, "RULES", {1: resolve, 2: other})
    monkeypatch.setattr(rules, "NEWEST", 2)
    listed(released, "s01,note,in words,read again")
    made = publish(released, day=DAY + timedelta(days=1))
    build(released, released.parent / "data")
    install(released.parent / "data")

    assert made.rule == 2
    edition = one(released).at(made.label)
    assert list(cd.load("picss").figures) == other(edition.statements) != resolve(edition.statements)
    for label in ("2026-11-23", "2026-11-23.1"):
        assert list(cd.load("picss", release=label).figures) == resolve(one(released).at(label).statements)


def test_figures_digest_in_releases_csv_is_held(released: Path) -> None:
    """A digest of figures that someone edits is named."""
    path = released / "cmc" / "releases.csv"
    (told,) = one(released, "cmc").releases
    edit(path, told.figures_digest, told.figures_digest[::-1])
    with pytest.raises(RecordError, match=r"datasets/cmc/releases\.csv: '2026-11-23' is not the row that release"):
        build(released, released.parent / "data")


# Histories made by the tools.


class Maker:
    """Edits a record at random by the real tools, and remembers what each release held."""

    def __init__(self, record: Path, seed: int) -> None:
        """Begin with nothing released."""
        self.record = record
        self.rng = random.Random(seed)  # noqa: S311  the same histories each time
        self.day = DAY
        self.number = 0
        self.editions: dict[str, dict[str, Edition]] = {"cmc": {}, "picss": {}}
        self.done = 0

    def add(self, name: str) -> None:
        """Add rows, of a new page or of a known one."""
        self.number += 1
        rng = self.rng
        months = rng.sample(range(1, 5), rng.randint(1, 3))
        cells = [f"2014-0{n},PK,all,{rng.choice(['killed', 'injured'])},total,{rng.choice([5, 7, 90])}" for n in months]
        form = [f'dataset = "{name}"', 'report_period = "2014-05"', 'why = "found later"']
        page = [
            "[source]",
            'kind = "secondary"',
            f'outlet = "{rng.choice(["Dawn", "Jang"])}"',
            f'url = "https://example.org/{self.number}"',
            f"published = 2014-06-{rng.randint(1, 28):02}",
            "accessed = 2026-11-22",
            'language = "en"',
        ]
        if rng.randint(0, 1):
            form, page = [*form, f'page = "{rng.choice(one(self.record, name).now.sources).id}"'], []
        rows = ['statements = """', "period,area,scope,measure,group,value", *cells, '"""']
        path = self.record.parent / "form.toml"
        path.write_text("\n".join([*form, *rows, *page, ""]), encoding="utf-8")
        add(self.record, path).write()

    def correct(self, name: str) -> None:
        """Correct or withdraw rows of any table, released or waiting."""
        rng = self.rng
        dataset = one(self.record, name)
        now = dataset.now
        again = [row.record.id for row in dataset.statements if row.stamp.corrects and not row.stamp.to_release]
        lines = []
        for _ in range(rng.randint(1, 2)):
            ids = again if again and rng.random() < 0.3 else [row.id for row in now.statements]
            choices = [
                f"{rng.choice(ids)},value,{rng.choice([5, 7, 90, 91])},misread {self.number}",
                f"{rng.choice(ids)},note,as told {rng.randint(1, 99)},read again",
                f"{rng.choice(ids)},bound,{rng.choice(['at_least', 'about'])},it is worded so",
                f"{rng.choice(ids)},withdraw,,not what the page says",
                f"{rng.choice(now.sources).id},outlet,{rng.choice(['Dawn', 'Jang', 'Nawa'])},its own name",
                f"{rng.choice(now.sources).id},title,Title {rng.randint(1, 99)},its own words",
            ]
            choices += [f"{row.id},value,{rng.randint(1, 50)},misread" for row in now.claims]
            choices += [f"{row.id},description,It changed {rng.randint(1, 99)}.,read again" for row in now.breaks]
            lines.append(rng.choice(choices))
        listed(self.record, *lines, name=name)

    def publish(self, name: str) -> None:
        """Make a release, on the same day or a later one."""
        self.day += timedelta(days=self.rng.randint(0, 1))
        before = one(self.record, name).now
        label = publish(self.record, name, self.day).label
        self.editions[name][label] = before

    def step(self) -> None:
        """Do one thing; what the tools refuse leaves every byte as it was."""
        name = self.rng.choice(["cmc", "picss"])
        what = self.rng.choices([self.add, self.correct, self.publish], [4, 5, 3])[0]
        before = bytes_of(self.record)
        try:
            what(name)
            self.done += 1
        except RecordError:
            assert before == bytes_of(self.record)
        for each in ("cmc", "picss"):
            dataset = one(self.record, each)
            assert [release_.label for release_ in dataset.releases] == list(self.editions[each])
            for label, edition in self.editions[each].items():
                assert dataset.at(label) == edition


def hold(record: Path, maker: Maker, install: Callable[[Path], None]) -> None:
    """Build what a history made, and hold every release of it to what was remembered."""
    if not one(record, "picss").pending:
        maker.add("picss")
    datasets = {dataset.name: dataset for dataset in read(record)}
    assert format_record(record, check=True) == []
    build(record, record.parent / "data")
    install(record.parent / "data")
    for given, editions in maker.editions.items():
        name, dataset = cd.dataset_name(given), datasets[given]
        assert cd.load(name).release == list(editions)[-1]
        for label in dataset.labels:
            edition = editions[label] if label != NEXT else dataset.now
            opened = cd.load(name, release=label)
            assert all(list(opened.recorded(table)) == list(getattr(edition, table)) for table in RECORD)
            assert list(opened.figures) == resolve(edition.statements)
            kept = map(writer("figures", Figure, 1), (row.record for row in dataset.figures if row.stamp.at(label)))
            assert list(kept) == list(map(writer("figures", Figure, 1), resolve(edition.statements)))
        for known in dataset.releases:
            assert digests_of(cd.load(name, release=known.label), known.schema) == (known.rows_digest, known.figures_digest)
        last = cd.load(name)
        for table in (*RECORD, "figures"):
            current = pq.read_table(record.parent / "data" / name / f"{table}.parquet")
            assert set(current["to_release"].to_pylist()) <= {None, NEXT}
            assert current.select(last.read(table).column_names).to_pylist() == last.read(table).to_pylist()
    pending = cd.load("picss", release=NEXT)
    waiting = {row.record.id for row in datasets["picss"].statements if row.stamp.from_release == NEXT}
    assert {statement.id for statement in pending.statements} >= waiting
    assert not waiting & {statement.id for statement in cd.load("picss").statements}
    with pytest.raises(cd.PinError):
        pending.pin()


@pytest.mark.parametrize("seed", cases(range(5), fast={0}))
def test_whatever_is_edited_every_release_stays(little: Path, install: Callable[[Path], None], seed: int) -> None:
    """After any history of additions, corrections, withdrawals and releases each release loads as it stood."""
    maker = Maker(little, seed)
    for name in ("cmc", "picss"):
        maker.publish(name)
    for _ in range(12):
        maker.step()
    assert maker.done >= 6
    hold(little, maker, install)


@pytest.mark.gate
def test_a_long_history_has_everything(little: Path, install: Callable[[Path], None]) -> None:
    """Among them are corrections of corrections, corrected pages, withdrawals, and figures that change."""
    maker = Maker(little, 4)
    for name in ("cmc", "picss"):
        maker.publish(name)
    for _ in range(30):
        maker.step()
    datasets = read(little)
    rows = [row for dataset in datasets for row in dataset.statements]
    by_id = {row.record.id: row for row in rows}

    assert any(row.stamp.corrects and by_id[row.stamp.corrects].stamp.corrects for row in rows)
    assert any(row.stamp.to_release and row.stamp.withdrawn for row in rows)
    assert any(row.stamp.corrects for dataset in datasets for row in dataset.sources)
    assert any(row.stamp.to_release for dataset in datasets for row in dataset.figures)
    assert all(len(dataset.releases) >= 3 for dataset in datasets)
    hold(little, maker, install)


def test_a_dataset_without_a_release_loads_what_waits(little: Path, install: Callable[[Path], None]) -> None:
    """Before its first release a dataset is what is to come, and the other keeps its own state."""
    made = publish(little, "cmc")
    build(little, little.parent / "data")
    install(little.parent / "data")

    assert (cd.load("picss").release, cd.load("cmc").release) == (NEXT, made.label)
    assert list(cd.load("picss").statements) == list(one(little).now.statements)
    assert len(cd.load("picss").releases) == 0


def test_a_release_of_one_dataset_leaves_the_other(released: Path) -> None:
    """What waits in another dataset goes on waiting."""
    listed(released, "s11,value,91,misread", name="cmc")
    listed(released, "s01,value,459,misread")
    before = bytes_of(released / "cmc")
    publish(released, day=DAY + timedelta(days=1))

    assert before == bytes_of(released / "cmc")
    assert one(released, "cmc").pending
    assert not one(released).pending


def test_the_digests_of_rows_are_of_what_was_released(recorded: Mapping[str, DatasetRecord], root: Path) -> None:
    """One for each row that a release brought, and none for one that waits."""
    for name, dataset in recorded.items():
        with (root / name / "digests.csv").open(encoding="utf-8", newline="") as file:
            _, *told = csv.reader(file)
        assert {(table, id, label, end): head for table, id, label, end, head in told} == history.seals(dataset)
        assert len(told) == sum(one.added + one.closed + 1 for one in dataset.releases)
        assert bundle.manifest()["datasets"][name]["release"] == dataset.releases[-1].label
