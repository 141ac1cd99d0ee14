"""The files of the bundle: whatever happens to them is one error, and never a wrong number."""

import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import conflictdata as cd
from conflictdata import DamagedDataError, bundle, catalog, vocabulary
from conflictdata.names import DatasetName

TABLES = ("sources", "statements", "figures", "claims", "breaks", "discrepancies", "releases")
FILES = [
    "manifest.json",
    "vocabulary.toml",
    *(f"{name}/{table}.parquet" for name in ("cmc", "crss", "picss", "pips") for table in TABLES),
    *(f"{name}/datapackage.json" for name in ("cmc", "crss", "picss", "pips")),
    *(
        f"{name}/{table}.closed.parquet"
        for name, about in bundle.manifest()["datasets"].items()
        for table, told in about["tables"].items()
        if told["closed"]
    ),
]


def forget() -> None:
    """Let everything be read anew."""
    bundle.manifest.cache_clear()
    for opened in (catalog._release, catalog._as_of):  # noqa: SLF001
        opened.cache_clear()
    vocabulary.declared.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the bundle's files, from which the package reads."""
    copy = tmp_path / "data"
    shutil.copytree(bundle.FOLDER, copy)
    monkeypatch.setattr(bundle, "FOLDER", copy)
    forget()
    yield copy
    forget()


def use(name: str) -> object:
    """Ask the package for what stands in a file."""
    forget()
    if name == bundle.MANIFEST:
        return cd.list_datasets()
    if name == "vocabulary.toml":
        return cd.Area.PK.label
    if name.endswith(".json"):
        return bundle.read(name)
    dataset, _, table = name.removesuffix(".parquet").partition("/")
    closed = table.endswith(".closed")  # what is closed is part of the first release, and only of earlier ones
    known = cd.dataset_name(dataset)
    opened = cd.load(known, release="2026-11-22") if closed else cd.load(known)
    return getattr(opened, table.removesuffix(".closed")).to_arrow()


def damages(content: bytes, other: bytes, rng: random.Random) -> Iterator[tuple[str, bytes | None]]:
    """Give damaged forms of a file: flipped bits, cuts, additions, another file in its place, nothing."""
    for _ in range(12):
        place, bit = rng.randrange(len(content)), rng.randrange(8)
        yield f"bit {bit} of byte {place}", content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]
    for length in (0, 1, len(content) // 2, len(content) - 1, rng.randrange(len(content))):
        yield f"cut to {length}", content[:length]
    yield "a byte more", content + b"\n"
    yield "twice", content * 2
    yield "another file", other
    yield "no file", None


def test_every_file_is_known() -> None:
    """The manifest has a digest for each file, and each file is one that is tried below."""
    assert sorted([*bundle.manifest()["files"], bundle.MANIFEST]) == sorted(FILES)
    there = [path.relative_to(bundle.FOLDER).as_posix() for path in bundle.FOLDER.rglob("*") if path.is_file()]
    assert sorted(there) == sorted(FILES)
    assert sum(name.endswith(".closed.parquet") for name in there) >= 7  # those of the second release


@pytest.mark.gate
def test_damaged_files_are_one_error(folder: Path) -> None:
    """Over 500 damages: always the error that names the file and what to do; put back, the file reads again."""
    rng = random.Random(1)  # noqa: S311  the same damages each time
    tried = 0
    for place, name in enumerate(FILES):
        path = folder / name
        content = path.read_bytes()
        # The file of the same table of the next dataset, or the next file: a bundle of another version has such.
        other = (folder / FILES[(place + len(TABLES)) % len(FILES)]).read_bytes()
        for told, damaged in damages(content, other, rng):
            if damaged is None:
                path.unlink()
            else:
                path.write_bytes(damaged)
            with pytest.raises(DamagedDataError) as caught:
                use(name)
            assert caught.value.path == str(path), told
            assert str(caught.value).startswith(f"{path}: ")
            assert str(caught.value).endswith("; install it anew: pip install --force-reinstall --no-deps conflictdata")
            tried += 1
        path.write_bytes(content)
        assert use(name) is not None
    assert tried >= 500


@pytest.mark.gate
def test_a_bundle_of_another_version_is_refused_as_a_whole(folder: Path, root: Path, tmp_path: Path) -> None:
    """Its files fit each other, and not the code."""
    from datasets.tools.build import build

    record = tmp_path / "datasets"
    shutil.copytree(root, record)
    path = record / "cmc" / "breaks.csv"
    path.write_text(path.read_text(encoding="utf-8") + "earlier,2010-01-01,,,,,It was another.,next,,,,\n", encoding="utf-8")
    (tmp_path / "other").mkdir()
    build(record, tmp_path / "other" / "data")
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "other" / "data", folder)

    for call in (lambda: cd.load("cmc"), cd.list_datasets, lambda: cd.Area.PK.label):
        forget()
        with pytest.raises(DamagedDataError, match=r"manifest\.json: is not the file that this version was built with"):
            call()


def test_a_folder_in_the_place_of_a_file_is_the_same_error(folder: Path) -> None:
    """And so is a file that may not be read."""
    (folder / "picss" / "figures.parquet").unlink()
    (folder / "picss" / "figures.parquet").mkdir()
    with pytest.raises(DamagedDataError, match="Is a directory"):
        use("picss/figures.parquet")
    assert use("picss/claims.parquet")


def test_the_command_says_it_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a traceback, with status 1."""
    from conflictdata.cli import run

    path = folder / "cmc" / "figures.parquet"
    path.write_bytes(b"PAR1")
    assert run(["show", "cmc", "2010"]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"conflictdata: {path}: is not the file that this version was built with")
    assert len(err.splitlines()) == 1


def test_many_threads_read_at_once() -> None:
    """Each gets the same rows, from a start where nothing was read."""
    forget()
    found: list[object] = []
    gate = threading.Barrier(16)

    def work(name: DatasetName) -> None:
        gate.wait()
        dataset = cd.load(name)
        found.append((name, len(dataset.figures), dataset.figures[0], len(dataset.balances)))

    threads = [threading.Thread(target=work, args=(name,)) for name in ("cmc", "crss") * 8]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert all(found.count(told) == 8 for told in found)


PROGRAM = "import conflictdata as cd; print(len(cd.load('cmc').figures), cd.Area.PK.label)"


def test_it_works_from_a_read_only_install_in_many_processes(tmp_path: Path) -> None:
    """Nothing is written beside the code or its data."""
    package = tmp_path / "site" / "conflictdata"
    shutil.copytree(Path(cd.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    everything = sorted(package.rglob("*"))
    for path in (*everything, package, package.parent):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        command = [sys.executable, "-B", "-c", PROGRAM]
        system = {
            name: value for name, value in os.environ.items() if name == "SYSTEMROOT"
        }  # Windows starts nothing without
        environment = {**system, "PYTHONPATH": str(package.parent)}
        started = [
            subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)
        ]
        told = [process.communicate()[0] for process in started]
    finally:
        for path in (package.parent, package, *everything):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert told == [f"{len(cd.load('cmc').figures)} Pakistan\n"] * 4
    assert sorted(package.rglob("*")) == everything


def test_a_process_may_end_as_soon_as_it_has_a_figure(tmp_path: Path) -> None:
    """Nothing of what reading began is left to run into its end."""
    command = [sys.executable, "-P", "-c", "import conflictdata as cd; cd.load('picss').figures[0]"]
    for _ in range(2):
        started = [subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) for _ in range(4)]
        told = [process.communicate()[1].decode() for process in started]
        assert [(process.returncode, said) for process, said in zip(started, told, strict=True)] == [(0, "")] * 4


NO_NETWORK = """
import socket
def refuse(*args, **kwargs): raise AssertionError("the network was asked")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import conflictdata as cd
for info in cd.list_datasets():
    dataset = cd.load(info.name)
    for table in ("sources", "statements", "figures", "claims", "breaks", "discrepancies", "balances"):
        len(getattr(dataset, table))
print("read")
"""


@pytest.mark.gate
def test_the_network_is_never_asked(tmp_path: Path) -> None:
    """With sockets that refuse, everything is there."""
    done = subprocess.run([sys.executable, "-P", "-c", NO_NETWORK], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == "read\n"


def test_the_error_passes_between_processes() -> None:
    """With its parts."""
    import copy
    import pickle

    error = DamagedDataError("data/file", "is gone")
    call: Callable[[DamagedDataError], DamagedDataError]
    for call in (copy.copy, lambda e: pickle.loads(pickle.dumps(e))):  # noqa: S301  its own bytes
        other = call(error)
        assert (type(other), other.path, other.problem, str(other)) == (DamagedDataError, "data/file", "is gone", str(error))
