"""Every block of code in the README, the documentation and the docstrings runs, or is held against something real.

The blocks of a page are run in their order, in one empty folder and one namespace:

- `pycon`: as at the prompt, each output compared; `python`: run as a whole;
- `sh`: run by bash, with the real command, or here where each line is a plain call of it, as its processes are held by
  `test_terminal.py`; lines that install the package are held against its extras;
- `sql`: run by DuckDB, in the folder of the installed data; `toml`: read as a structure of sums;
- `r`: run by Rscript where it is found, and always by `.ci/r`;
- `text`, `csv`, `bibtex`: what the block before it prints, where a line `…` stands for any lines;
- a block whose first line is a comment with the name of a file is that file, as is one after `<!-- file NAME -->`; a block
  that follows has to use it.

A comment before a block says what is otherwise: `<!-- held by test_… -->` names the test that holds it, `<!-- exit 1 -->` is
the status of each of its commands, and `<!-- run by .ci/full -->` stands before the two commands that install a checkout.
"""

import ast
import contextlib
import csv
import doctest
import importlib
import inspect
import io
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import attrs
import duckdb
import pytest

import conflictdata as cd
from conflictdata.cli import run
from tests.shared.tiers import cases
from website.blocks import Block, blocks

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PACKAGE = Path(cd.__file__).parent
MADE = (DOCS / "data", DOCS / "changelog.md")  # by website/, whose tests hold them
PAGES = sorted(
    [ROOT / "README.md", *(page for page in DOCS.rglob("*.md") if not any(page.is_relative_to(made) for made in MADE))]
)
BY_FULL = "run by .ci/full"
UNKNOWN = "not run here"  # the output of a block that needs what is not installed
NEEDS_R = "CONFLICTDATA_NEEDS_R"  # set by .ci/r: Rscript has to be there


def same(told: str, printed: str) -> bool:
    """Whether the one text is the other, where a line `…` stands for any lines."""
    parts = [re.escape(line.rstrip()) for line in told.strip("\n").splitlines()]
    pattern = "\n".join("(?:.*)" if part == re.escape("…") else part for part in parts)
    return re.fullmatch(pattern, "\n".join(map(str.rstrip, printed.strip("\n").splitlines())), re.DOTALL) is not None


def installs(text: str) -> bool:
    """Whether all lines of a block install the package; each asks for extras that it has."""
    found = [re.fullmatch(r"pip install '?conflictdata(?:\[([\w,]+)\])?'?(?: *#.*)?", line) for line in text.splitlines()]
    if not all(found):
        return False
    asked = {extra for one in found if one for extra in (one[1] or "").split(",") if extra}
    assert asked <= set(metadata("conflictdata").get_all("Provides-Extra") or ())
    return True


@attrs.define
class Running:
    """A page as it is run: where, with which names, and what the last block printed; None where it prints nothing."""

    page: Path
    folder: Path
    names: dict[str, Any] = attrs.field(factory=lambda: {"__name__": "__main__"})
    printed: str | None = None
    unused: set[str] = attrs.field(factory=set)

    def run(self, block: Block) -> None:
        """Run one block, or fail with its place."""
        where = f"{self.page.name}:{block.line}"
        self.unused -= {name for name in self.unused if name in block.text}
        if block.file:
            (self.folder / block.file).write_text(block.text, encoding="utf-8")
            self.unused.add(block.file)
            return
        assert block.language in RUNNERS, f"{where}: nothing runs {block.language or 'a block without a language'}"
        RUNNERS[block.language](self, block, where)

    def pycon(self, block: Block, where: str) -> None:
        """Run what stands at a prompt, and compare each output."""
        test = doctest.DocTestParser().get_doctest(block.text, self.names, where, str(self.page), block.line - 1)
        assert test.examples, f"{where}: no prompt"
        report: list[str] = []
        doctest.DocTestRunner(verbose=False).run(test, out=report.append, clear_globs=False)
        assert not report, "".join(report)
        self.names.update(test.globs)
        self.printed = None

    def python(self, block: Block, where: str) -> None:
        """Run a whole block."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(block.text, where, "exec"), self.names)  # noqa: S102  that is the test
        self.printed = out.getvalue()

    def sh(self, block: Block, where: str) -> None:
        """Run the commands as a reader would, in the folder of the page."""
        if installs(block.text):
            self.printed = None
            return
        status = int(block.mark.removeprefix("exit ")) if block.mark.startswith("exit ") else 0
        if plain(block.text):
            self.printed = "".join(_called(line, where, status) for line in block.text.splitlines())
            return
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "120"}
        commands = block.text.splitlines() if status else [block.text]
        bash = [shutil.which("bash") or "bash", "-euo", "pipefail", "-c"]  # the first on the path, on Windows too
        self.printed = "".join(_done([*bash, command], self.folder, where, environment, status) for command in commands)

    def sql(self, block: Block, where: str) -> None:
        """Run a query over the installed files; it prints CSV."""
        with duckdb.connect() as connection:
            connection.execute(f"set file_search_path = '{PACKAGE / 'data'}'")
            found = connection.execute(block.text)
            head = [column[0] for column in found.description or ()]
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerows([head, *found.fetchall()])
        assert head, where
        self.printed = out.getvalue()

    def toml(self, block: Block, where: str) -> None:
        """Read a structure of sums."""
        file = self.folder / "structure.toml"
        file.write_text(block.text, encoding="utf-8")
        assert cd.Structure.read(file).axes, where
        self.printed = None

    def r(self, block: Block, where: str) -> None:
        """Run by Rscript, or parse what needs a package that is not there."""
        command = shutil.which("Rscript")
        if command is None:
            assert NEEDS_R not in os.environ, f"{where}: Rscript is not found"
            self.printed = UNKNOWN
            return
        file = self.folder / "block.R"
        file.write_text(block.text, encoding="utf-8")
        packages = re.findall(r"(?m)^library\((\w+)\)", block.text)
        there = f"quit(status = !all(c({', '.join(map(repr, packages))}) %in% rownames(installed.packages())))"
        if packages and subprocess.run([command, "-e", there], check=False, capture_output=True).returncode:
            _done([command, "-e", "invisible(parse('block.R'))"], self.folder, where)
            self.printed = UNKNOWN
            return
        self.printed = _done([command, "block.R"], self.folder, where)

    def output(self, block: Block, where: str) -> None:
        """Compare with what the block before printed."""
        assert self.printed is not None, f"{where}: the block before prints nothing"
        if self.printed != UNKNOWN:
            assert same(block.text, self.printed), f"{where}: {self.printed}"


def plain(text: str) -> bool:
    """Whether every line calls the command, with nothing that a shell would do beside it."""
    return all(line.startswith("conflictdata ") and not set(line) & set("|&;<>$`*?~\\") for line in text.splitlines())


def _called(line: str, where: str, status: int) -> str:
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as out:
        patch.setenv("COLUMNS", "120")
        with contextlib.redirect_stderr(io.StringIO()) as err:
            found = run(shlex.split(line, comments=True)[1:])
    assert found == status, f"{where}: {found}\n{out.getvalue()}{err.getvalue()}"
    return out.getvalue()


def _done(
    command: list[str], folder: Path, where: str, environment: Mapping[str, str] | None = None, status: int = 0
) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == status, f"{where}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


RUNNERS: Mapping[str, Callable[[Running, Block, str], None]] = {
    "pycon": Running.pycon,
    "python": Running.python,
    "sh": Running.sh,
    "sql": Running.sql,
    "toml": Running.toml,
    "r": Running.r,
    "text": Running.output,
    "csv": Running.output,
    "bibtex": Running.output,
}
TESTS = {
    node.name
    for path in Path(__file__).parent.glob("test_*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef)
}


def _named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def found() -> list[tuple[str, Block]]:
    """Give all blocks, each with the name of its page."""
    return [(_named(page), block) for page in PAGES for block in blocks(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", cases(PAGES, fast={ROOT / "README.md"}), ids=_named)
def test_the_blocks_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gives what it shows; a language that nothing runs, an output of nothing and a file that is never used fail."""
    monkeypatch.chdir(tmp_path)
    running = Running(page, tmp_path)
    for block in blocks(page.read_text(encoding="utf-8")):
        held = block.mark.removeprefix("held by ")
        if held != block.mark:
            assert held in TESTS, f"{page.name}:{block.line}: there is no {held}"
        elif block.mark != BY_FULL:
            running.run(block)
    assert running.unused == set()


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_no_code_of_a_page_hides_from_the_tests(page: Path) -> None:
    """Code stands in fenced blocks: an indented one would be shown as code, and run by nothing."""
    text = page.read_text(encoding="utf-8")
    for block in blocks(text):
        text = text.replace(block.text, "")
    lines = text.splitlines()
    indented = [line for before, line in itertools.pairwise(lines) if not before.strip() and line.startswith("    ")]
    assert indented == []
    assert "<pre" not in text


def test_the_commands_that_install_a_checkout_are_all_that_is_run_elsewhere() -> None:
    """They are the two of the README, which `.ci/full` takes from there."""
    marked = [(page, block.text) for page, block in found() if block.mark == BY_FULL]
    commands = re.findall(r"(?m)^python3 -m venv.*\n", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert marked == [("README.md", command) for command in commands]
    assert len(commands) == 2
    assert "grep -E '^python3 -m venv' README.md" in (ROOT / ".ci" / "full").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("```cobol\nDISPLAY 1.\n```\n", "nothing runs cobol"),
        ("```\nx\n```\n", "nothing runs a block without a language"),
        ("```text\nx\n```\n", "the block before prints nothing"),
        ("```pycon\n1 + 1\n```\n", "no prompt"),
        ("```pycon\n>>> 1 + 1\n3\n\n```\n", "Expected:"),
        ("```sh\necho a\n```\n\n```text\nb\n```\n", "a.md:6: a"),
        ("```sh\nfalse | true\n```\n", "a.md:2: 1"),
        ("```sh\nconflictdata show picss 1900\n```\n", "conflictdata: unknown period of picss '1900'"),
        ("```python\nprint(1)\n```\n\n```text\n2\n```\n", "a.md:6: 1"),
        ("```sql\nselect value from 'picss/figures.parquet' limit 1\n```\n\n```csv\nvalue\n-1\n```\n", "a.md:6: value"),
        ("```sh\npip install 'conflictdata[gold]'\n```\n", "gold"),
    ],
    ids=["language", "none", "no-output", "prompt", "pycon", "sh", "pipe", "call", "python", "sql", "extra"],
)
def test_a_block_that_does_not_hold_fails(text: str, problem: str, tmp_path: Path) -> None:
    """The runner finds a block that nothing runs, and one that gives something else than it shows."""
    running = Running(Path("a.md"), tmp_path)
    *before, last = blocks(text)
    for block in before:
        running.run(block)
    with pytest.raises(AssertionError, match=re.escape(problem)):
        running.run(last)


def test_a_file_of_a_page_is_used() -> None:
    """A block that is a file is written, and counts as used when a command names it."""
    (block,) = blocks("```python\n# test_deaths.py\nassert True\n```\n")
    assert block.file == "test_deaths.py"


def test_the_blocks_in_r_are_found() -> None:
    """They are all on one page, and most need nothing but R itself."""
    pages, told = zip(*((page, block) for page, block in found() if block.language == "r"), strict=True)
    assert set(pages) == {"docs/howto/r.md"}
    assert ["library(arrow)" in block.text for block in told] == [False, False, True, True]


MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("_"))


@pytest.mark.parametrize("module", ["__init__", *MODULES])
def test_the_examples_of_the_docstrings_run(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stands by itself: it starts with the import, gives what it shows, and writes into an empty folder."""
    monkeypatch.chdir(tmp_path)
    path = PACKAGE / f"{module}.py"
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        text = ast.get_docstring(node) if isinstance(node, kinds) else None
        if text is None:
            continue
        assert "```" not in text
        name = f"{module}.{getattr(node, 'name', '')}"
        test = doctest.DocTestParser().get_doctest(text, {}, name, str(path), getattr(node, "lineno", 0))
        report: list[str] = []
        doctest.DocTestRunner(verbose=False).run(test, out=report.append)
        assert not report, "".join(report)


def test_every_public_function_has_an_example() -> None:
    """So have the methods that a reader meets first."""
    functions = [value for name in cd.__all__ if inspect.isfunction(value := getattr(cd, name))]
    methods = {
        cd.Dataset: ("coverage", "pin", "revisions", "series", "source", "statements_of", "tally", "unprotected"),
        cd.Table: ("filter", "where", "pin", "plot", "alt"),
        cd.FigureTable: ("wide",),
        cd.Frame: ("to_arrow", "to_csv", "to_duckdb", "to_excel", "to_pandas", "to_parquet", "to_polars"),
        cd.Period: ("of", "next", "overlaps"),
        cd.Interval: ("of", "disjoint"),
        cd.Structure: ("of", "declared", "select"),
    }
    told = {value.__name__: inspect.getdoc(value) for value in functions} | {"Interval": inspect.getdoc(cd.Interval)}
    for one, names in methods.items():
        told |= {f"{one.__name__}.{name}": inspect.getdoc(getattr(one, name)) for name in names}
    assert [name for name, text in told.items() if "Examples:" not in (text or "")] == []


def test_the_examples_are_those_of_the_installed_package() -> None:
    """What runs is what users have: the modules stand where the package is imported from."""
    assert Path(importlib.import_module("conflictdata.catalog").__file__ or "").parent == PACKAGE
