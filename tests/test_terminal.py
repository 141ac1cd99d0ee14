"""The command in a terminal, in a pipe, and where a person or the system stops it: a documented status, no traceback."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import conflictdata as cd
from conflictdata.cli import run
from conflictdata.commands import INTERRUPTED, STATUSES, UNREAD, command
from conflictdata.vocabulary import Area, Group, Measure, PeriodKind, Scope

DOCS = Path(__file__).parent.parent / "docs"
COMMAND = [sys.executable, "-P", "-m", "conflictdata"]
PIN = "conflictdata/picss@2026-11-22 rows=7bb7df0a19a9daa0 figures=32b5cbf59e07eeab"
posix = pytest.mark.skipif(os.name != "posix", reason="pipes, terminals and devices of Unix")


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a process, without what says how a terminal is."""
    told = ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM", "PYTHONIOENCODING", "PYTHONUTF8")
    return {name: value for name, value in os.environ.items() if name not in told} | more


def shell(line: str, **more: str) -> tuple[int, bytes, bytes]:
    """Run a line of shell in which `C` is the command."""
    quoted = " ".join(f"'{word}'" for word in COMMAND)
    script = f'set -o pipefail; C() {{ {quoted} "$@"; }}; {line}'
    done = subprocess.run(
        [shutil.which("bash") or "", "-c", script], env=environment(**more), check=False, capture_output=True, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


def helps() -> list[tuple[str, str]]:
    """Give the help of each command."""
    whole = click.Context(command, info_name="conflictdata")
    parts = sorted(command.commands.items())
    return [("", command.get_help(whole)), *((name, one.get_help(click.Context(one, whole, name))) for name, one in parts)]


def examples(text: str) -> list[str]:
    """Give the examples of a help."""
    return re.findall(r"(?m)^ +conflictdata (\w.*)$", text.partition("Examples:")[2])


@pytest.mark.gate
@pytest.mark.parametrize(("name", "text"), helps(), ids=lambda told: "" if "\n" in told else told or "all")
def test_the_examples_of_the_help_run(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command has some, each of that command; each prints or writes something, and no message of an error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "paper.tex").write_text(PIN, encoding="utf-8")
    lines = examples(text)
    assert lines
    elsewhere = set() if name else {line for one, other in helps() if one for line in examples(other)}
    for line in lines:
        if line in elsewhere:
            continue
        words, _, file = line.partition(" < ")
        assert words.startswith(name)
        with (tmp_path / (file or "paper.tex")).open(encoding="utf-8") as given_in:
            monkeypatch.setattr(sys, "stdin", given_in)
            status = run(words.split())
        told = capsys.readouterr()
        assert told.err == "", line
        assert status == 0 or (status == 1 and words.startswith("check ")), (
            line
        )  # a sum of the newest release is unexplained
        assert told.out or (" -o " in line and (tmp_path / line.split()[-1]).stat().st_size)


def test_the_help_lists_every_status() -> None:
    """So does the page on the command, in the same words."""
    (_, text), *_ = helps()
    listed = re.findall(r"(?m)^ +(\d+) {2,}(.*)$", text.partition("Exit status:")[2])
    assert {int(status): told for status, told in listed} == STATUSES
    page = (DOCS / "howto" / "command.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (\d+) \| ([^|]*) \|", page)
    assert {int(status): told for status, told in rows} == STATUSES


SENSE = ["picss", "crss", "cmc", "2025-10", "2015", "2015-Q1", "2026-11-22", "all", "killed", "PK", "total", "year"]
NONSENSE = [
    "",
    "-",
    "--",
    "-x",
    "piccs",
    "2025-13",
    "picss=all",
    "=",
    "9" * 40,
    "\u0688",
    "\udcff",
    "a\nb",
    "/proc",
    ".",
    "%s",
]
WORDS = {
    *(name for one in command.commands.values() for parameter in one.params for name in parameter.opts if name[0] == "-"),
    *(code.value for codes in (Area, Group, Measure, PeriodKind, Scope) for code in list(codes)[:3]),
    *("csv", "json", "groups", "figures", "-h", "--version", "-o", "no/a.svg"),
}
ANY = st.lists(st.sampled_from([*sorted(WORDS), *SENSE, *NONSENSE]), max_size=6)
# What is quick with any words; the others with a dataset that there is not, since a check of all takes seconds.
QUICK = [["list"], ["codes"], ["releases"], ["verify"], ["series", "cmc"], ["show", "cmc"], ["series"], ["show"], []]
STARTS = [*QUICK, *([name, "acled"] for name in sorted(command.commands))]
VECTORS = st.tuples(st.sampled_from(STARTS), ANY).map(lambda told: [*told[0], *told[1]])


@settings(
    max_examples=settings().max_examples * 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(VECTORS)
def test_no_words_give_a_traceback(capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str]) -> None:
    """Whatever is written after the command: a status of the table, and a message where it is not 0."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        status = run(words)
    told = capsys.readouterr()
    assert status in STATUSES
    assert status == 0 or told.out or told.err
    assert "Traceback" not in told.out + told.err


def test_files_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder, none, an empty one, bytes that are no text, a file that nobody may read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.txt").touch()
    (tmp_path / "bytes.txt").write_bytes(b"\x00\xff\xfe" + PIN.encode() + b"\xff")
    (tmp_path / "folder").mkdir()
    for name, status, said in (
        ("empty.txt", 1, "conflictdata: empty.txt holds no pin\n"),
        ("none.txt", 2, "Error: Invalid value for 'FILE': 'none.txt': No such file or directory\n"),
        ("folder", 2, "Error: Invalid value for 'FILE': 'folder': Is a directory\n"),
    ):
        assert run(["verify", name]) == status
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.endswith(said)
    assert run(["verify", "bytes.txt"]) == 0
    assert capsys.readouterr().out == f"holds    {PIN}\n"


@pytest.mark.gate
@posix
def test_a_reader_that_goes_away_is_no_fault() -> None:
    """Long and short output, tables and data, the help: nothing on the error stream, and a status of its own."""
    for line in (
        "list --format csv | true",
        "show cmc 2014-01 | true",
        "series picss --measure killed --scope all | head -1",
    ):
        status, _, err = shell(f"C {line}")
        assert err == b"", line
        assert status in {0, UNREAD}, line  # 0 if all was written before
    read, write = os.pipe()
    os.close(read)  # nobody will ever read
    for words in (["list"], ["list", "--format", "json"], ["--help"]):
        done = subprocess.run([*COMMAND, *words], env=environment(), check=False, stdout=write, stderr=subprocess.PIPE)
        assert (done.returncode, done.stderr) == (UNREAD, b""), words
    os.close(write)


@pytest.mark.gate
@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_disk_that_is_full_is_said_in_one_line() -> None:
    """Whatever is written, and however little; a closed output too."""
    for words in ("list --format csv", "codes axis", "--help"):
        assert shell(f"C {words} > /dev/full") == (1, b"", b"conflictdata: [Errno 28] No space left on device\n"), words
    assert shell("C codes axis >&-") == (1, b"", b"conflictdata: the standard output is closed\n")
    assert shell("C verify - <&-") == (1, b"", b"conflictdata: /dev/null holds no pin\n")
    assert shell("C codes axis >&- 2>&-") == (1, b"", b"")


@posix
def test_a_person_who_stops_it_gets_no_traceback(tmp_path: Path) -> None:
    """Ctrl-C while it works, with the status that shells give."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    words = [*COMMAND, "verify", str(pipe)]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background does not heed it
    started = subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    signal.signal(signal.SIGINT, before)
    with started, pipe.open("wb"):  # opens as soon as the command reads
        time.sleep(0.2)
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=30)
    assert (started.returncode, out.strip(), err.strip()) == (INTERRUPTED, b"", b"")


@pytest.mark.gate
@posix
def test_text_is_utf_8_where_the_locale_names_none() -> None:
    """In the locale C; an encoding that was asked for is kept, with ? for what it lacks."""
    line = "C show picss 2025-10 --format json --statements"
    status, out, err = shell(line, LC_ALL="C", LANG="C")
    assert (status, err) == (0, b"")
    assert out == shell(line, LC_ALL="C.UTF-8")[1]
    assert not out.decode("utf-8").isascii()


def on_a_terminal(*words: str, **more: str) -> str:
    """Run the command on a terminal of 100 columns, and give what it printed there."""
    import fcntl
    import pty
    import struct
    import termios

    there, here = pty.openpty()
    fcntl.ioctl(here, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    with subprocess.Popen([*COMMAND, *words], env=environment(TERM="xterm-256color", **more), stdout=here, stderr=here):
        os.close(here)
        printed = b""
        while True:
            try:
                some = os.read(there, 65536)
            except OSError:  # the other end is closed
                break
            if not some:
                break
            printed += some
    os.close(there)
    return printed.decode("utf-8").replace("\r\n", "\n")


COLOUR = re.compile(r"\x1b\[[\d;]*3[0-7]m")
STYLE = re.compile(r"\x1b\[[\d;]*m")


@pytest.mark.gate
@posix
def test_colours_and_folding_are_for_terminals() -> None:
    """A terminal has both; a pipe has neither, nor blanks at the ends of lines; NO_COLOR and FORCE_COLOR are heeded."""
    words = ("show", "cmc", "2014-01", "--area", "PK")
    shown = on_a_terminal(*words)
    assert COLOUR.search(shown)
    assert max(len(STYLE.sub("", line)) for line in shown.splitlines() if "http" not in line) <= 100
    plain = on_a_terminal(*words, NO_COLOR="1")
    assert not COLOUR.search(plain)
    assert STYLE.sub("", plain) == STYLE.sub("", shown)

    line = f"C {' '.join(words)}"
    status, out, _ = shell(line)
    piped = out.decode("utf-8")
    assert status == 0
    assert "\x1b" not in piped
    assert not re.search(r" $", piped, re.MULTILINE)
    assert max(map(len, piped.splitlines())) > 100
    forced = shell(line, FORCE_COLOR="1")[1].decode("utf-8")
    assert COLOUR.search(forced)
    assert [text.rstrip() for text in STYLE.sub("", forced).splitlines()] == piped.splitlines()
    assert not COLOUR.search(shell(line, FORCE_COLOR="1", NO_COLOR="1")[1].decode("utf-8"))


def test_an_error_with_many_names_tells_the_closest() -> None:
    """A message stays short: of hundreds of pages the nearest, of a few codes all; the error has every one of them."""
    picss = cd.load("picss", release="2026-11-22")
    with pytest.raises(cd.UnknownNameError) as caught:
        picss.source("worldnewsam-cc25c8")
    assert str(caught.value) == (
        "unknown source 'worldnewsam-cc25c8'; closest: worldnewsam-cc25c7; there are 327, in the error's `valid`"
    )
    assert len(caught.value.valid) == 327
    assert caught.value.closest == ("worldnewsam-cc25c7",)
    with pytest.raises(cd.UnknownNameError) as caught:
        picss.source("?")
    assert str(caught.value) == "unknown source '?'; none is close; there are 327, in the error's `valid`"
    with pytest.raises(cd.UnknownNameError) as caught:
        cd.dataset_name("piccs")
    assert str(caught.value) == "unknown dataset 'piccs'; valid: cmc, crss, picss, pips"
    assert caught.value.closest == ("picss",)


def errors() -> list[type[Exception]]:
    """Give the public errors."""
    public = (getattr(cd, name) for name in cd.__all__)
    return [one for one in public if isinstance(one, type) and issubclass(one, Exception)]


def test_all_errors_are_of_one_family() -> None:
    """Whoever catches `ConflictDataError` catches each; each is of a class of Python's own too, but for the base."""
    family = errors()
    assert len(family) > 10
    assert all(issubclass(one, cd.ConflictDataError) for one in family)
    assert all(issubclass(one, ValueError | OSError | ImportError) for one in family if one is not cd.ConflictDataError)
