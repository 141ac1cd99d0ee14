"""What importing the package loads, and what it names."""

import ast
import pkgutil
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import conflictdata

ROOT = Path(__file__).parent.parent


def loaded(code: str, tmp_path: Path) -> set[str]:
    """Run a piece of Python in a process of its own, and give the names of the modules that it loaded."""
    program = f"import sys; before = set(sys.modules)\n{code}\nprint(); print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-P", "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True)
    return set(done.stdout.splitlines()[-1].split())


def test_importing_loads_nothing_but_the_package(tmp_path: Path) -> None:
    """The import brings the package's own module and no other."""
    assert loaded("import conflictdata", tmp_path) == {"conflictdata"}


def test_the_vocabulary_needs_no_arrow(tmp_path: Path) -> None:
    """Codes and periods come without pyarrow."""
    found = loaded("import conflictdata as cd; cd.Area.PK; cd.Period.of('2025-10')", tmp_path)

    assert "attr" in found
    assert not {"pyarrow", "pandas"} & found


@pytest.mark.parametrize(
    "code",
    [
        "cd.load('picss').figures[0]",
        "list(cd.load('picss').statements)",
        "cd.load('picss').figures.filter(period='2025-10', area=['PK', 'PK-BA'], status='repeated')[0]",
        "print(cd.load('picss').figures)",
        "cd.list_datasets()",
    ],
)
def test_reading_and_filtering_do_not_load_pandas(tmp_path: Path, code: str) -> None:
    """Pandas is installed here, and pyarrow would import it for many of its own calls."""
    found = loaded(f"import conflictdata as cd; {code}", tmp_path)

    assert "pyarrow" in found or "list_datasets" in code
    assert not {"pandas", "polars", "duckdb", "pyarrow.dataset"} & found


def test_the_first_figure_does_not_load_the_check(tmp_path: Path) -> None:
    """A program that reads figures does not wait for what it does not use."""
    found = loaded("import conflictdata as cd; cd.load('picss').figures[0]", tmp_path)

    assert "conflictdata.dataset" in found
    later = [
        *(
            "changes",
            "charting",
            "charts",
            "checks",
            "claims",
            "clashes",
            "comparison",
            "definitions",
            "drawing",
            "pictures",
            "strokes",
            "evidence",
            "implication",
            "lines",
            "lookups",
        ),
        *("pairs", "pins", "programs", "resolve", "revisions", "rules", "solving", "structure", "trials", "vintages"),
    ]
    assert not {"tomllib", "highspy", "matplotlib", *(f"conflictdata.{name}" for name in later)} & found


def test_every_public_name_is_there() -> None:
    """Each name of `__all__` can be had, stays the same object, and no other name can."""
    for name in conflictdata.__all__:
        assert getattr(conflictdata, name) is getattr(conflictdata, name)
        assert name in dir(conflictdata)
    with pytest.raises(AttributeError, match="no attribute 'datasets'"):
        _ = conflictdata.datasets  # type: ignore[attr-defined]


def test_type_checkers_and_the_interpreter_see_the_same_names() -> None:
    """The imports for type checkers name what is imported lazily, from the same modules."""
    source = Path(conflictdata.__file__).read_text(encoding="utf-8")
    seen = {
        alias.name: node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module not in {"importlib", "importlib.metadata"}
        for alias in node.names
    }

    assert seen == {name: f"conflictdata.{home}" for name, home in conflictdata._HOME.items()}  # noqa: SLF001
    assert set(conflictdata.__all__) == {*seen, "__version__"}


def test_no_public_name_is_a_modules_name() -> None:
    """Importing a module sets its name on the package: a function of that name would be lost."""
    modules = {module.name for module in pkgutil.iter_modules(conflictdata.__path__)}

    assert not modules & set(conflictdata.__all__)


def layers_of(page: str) -> list[str]:
    """Read the modules in their order, the lowest first, from the table of the documentation: the one list of them."""
    table = page.partition("| module | holds |")[2].partition("\n\n")[0]
    named = [name for line in table.splitlines() for name in re.findall(r"`(\w+)`", line.partition(" | ")[0])]
    return ["_manifest", *named, "__main__"]  # what the build writes, and what runs the command


def test_imports_point_one_way() -> None:
    """A module imports only modules that stand above it in docs/architecture.md; the package knows no folder beside it."""
    layers = layers_of((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
    assert len(layers) == len(set(layers))
    folder = Path(conflictdata.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} == {*layers, "__init__"}
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.level == 0, path.name
                whole = node.module == "conflictdata"
                modules += [f"conflictdata.{alias.name}" for alias in node.names] if whole else [node.module]
        assert not {module.split(".")[0] for module in modules} & {"datasets", "benchmarks", "tests", "website"}, path.name
        if path.stem == "__init__":
            continue
        for module in modules:
            if module.startswith("conflictdata."):
                assert layers.index(module.split(".")[1]) < layers.index(path.stem), (path.name, module)


def test_no_module_is_long() -> None:
    """A module that grows past 500 lines holds two things: of the package, of its tests, of all that is Python beside it."""
    package = Path(conflictdata.__file__).parent  # which need not be in the checkout
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["packages"]
    folders = [package, ROOT / ".ci", *(ROOT / name for name in checked if name != package.name)]
    modules = [*ROOT.glob("*.py"), *(path for folder in folders for path in folder.rglob("*.py"))]
    ours = [path for path in modules if "node_modules" not in path.parts]
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in ours}

    of_each = {"resolve.py", "noxfile.py", "addresses.py", "conftest.py", "build.py", "fresh.py", "hook.py", "uses.py"}
    assert of_each <= {path.name for path in lines}
    assert {path.as_posix(): count for path, count in lines.items() if count > 500} == {}


def test_the_version_is_the_distributions() -> None:
    """There is one source of the version."""
    assert conflictdata.__version__ == version("conflictdata")


@pytest.mark.gate
def test_a_missing_extra_says_what_to_install(tmp_path: Path) -> None:
    """Without pandas, polars or the command's libraries the error names the extra, without a traceback for the command."""
    hidden = "import sys; sys.modules[{0!r}] = None; import conflictdata as cd\n"
    for library, call in (("pandas", "to_pandas"), ("polars", "to_polars")):
        code = hidden.format(library) + (
            f"try: cd.load('cmc').figures.{call}()\n"
            "except cd.MissingExtraError as error: print(error)\nelse: raise SystemExit(3)"
        )
        done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
        assert done.stdout == f"Table.{call} needs an optional library: pip install 'conflictdata[{library}]'\n"

    code = hidden.format("highspy") + (
        "cell = dict(period='2025-10', area='PK', scope='all', measure='killed', group='total')\n"
        "try: cd.implied('cmc', **cell)\nexcept cd.MissingExtraError as error: print(error)\nelse: raise SystemExit(3)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == "implied needs an optional library: pip install 'conflictdata[implied]'\n"

    code = hidden.format("narwhals") + (
        "mapping = cd.EventMapping.ready('acled', countries={'X': 'X'})\n"
        "for call in (cd.rollup, cd.rollup_faults):\n"
        "    try: call(None, mapping)\n    except cd.MissingExtraError as error: print(error)\n    else: raise SystemExit(3)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == "rollup needs an optional library: pip install 'conflictdata[frames]'\n" * 2

    code = hidden.format("narwhals") + (
        "import pyarrow as pa\nrows = pa.table({'group': ['total'], 'measure': ['killed'], 'value': [1]})\n"
        "assert len(cd.balance(rows.to_pylist(), axis='groups')) == 0  # rows at hand need none\n"
        "try: cd.balance(rows, axis='groups')\nexcept cd.MissingExtraError as error: print(error)\nelse: raise SystemExit(3)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == "balance needs an optional library: pip install 'conflictdata[frames]'\n"

    code = hidden.format("hypothesis") + (
        "try: import conflictdata.testing\nexcept cd.MissingExtraError as error: print(error)\nelse: raise SystemExit(3)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == "conflictdata.testing needs an optional library: pip install 'conflictdata[test]'\n"

    code = (
        "import sys\nclass Hide:\n    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'click': raise ModuleNotFoundError('No module named click', name='click')\n"
        "sys.meta_path.insert(0, Hide())\nfrom conflictdata.__main__ import main\nsys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=False, capture_output=True, text=True)
    message = "conflictdata: the command needs its extra; install it with: pip install 'conflictdata[cli]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)


@pytest.mark.gate
def test_series_and_coverage_need_no_docstrings(tmp_path: Path) -> None:
    """Descriptions of columns come from docstrings, which -OO drops; the tables do not depend on them."""
    code = (
        "import conflictdata as cd; cmc = cd.load('cmc'); assert not cd.Figure.__doc__\n"
        "print(len(cmc.coverage()), len(cmc.figures), cmc.coverage()[0].dataset)"
    )
    done = subprocess.run(
        [sys.executable, "-OO", "-P", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout.split()[1:] == ["229", "cmc"]


def test_a_checkout_that_was_not_built_says_so(tmp_path: Path) -> None:
    """Code without its data gives one documented error that says what to do."""
    package = tmp_path / "conflictdata"
    package.mkdir()
    for path in Path(conflictdata.__file__).parent.glob("*.py"):
        if path.name != "_manifest.py":  # made by the build, as the data are
            (package / path.name).write_bytes(path.read_bytes())
    for call in ("list_datasets()", "load('picss')", "Area.PK.label"):
        code = f"import conflictdata as cd\ntry: cd.{call}\nexcept cd.MissingDataError as error: print(error)"
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
        assert "is missing: install the package" in done.stdout
