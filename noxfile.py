"""Every gate by its name: `nox --list` lists them, `nox -s lint` runs one. The commands stand in `.ci/`, one place each.

The tests are the exception, since they run where no bash is: `nox -s "tests-3.13(newest)"`, for the Pythons of the
classifiers and for the oldest and the newest dependencies, or `nox -t oldest`. They take the wheel that is to be tested,
`-- --wheel dist/*.whl`, or build one; what else stands behind `--` goes to pytest.
"""

import argparse
import itertools
import re
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "types", "record", "workflows"]

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
SHOWN = (
    "attrs",
    "click",
    "duckdb",
    "highspy",
    "hypothesis",
    "matplotlib",
    "narwhals",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "pytest",
    "rich",
)

# What each script of .ci does, its first line says.
SCRIPTS = (
    "lint",
    "types",
    "record",
    "workflows",
    "dist",
    "explorer",
    "site",
    "browser",
    "metadata",
    "r",
    "mutation",
    "benchmarks",
)
TIERS = ("run", "full", "slow")


def _script(name: str) -> None:
    def run(session: nox.Session) -> None:
        session.run("bash", f".ci/{name}", *session.posargs, external=True)

    lines = (ROOT / ".ci" / name).read_text(encoding="utf-8").splitlines()[1:]
    told = " ".join(line.removeprefix("# ") for line in itertools.takewhile(lambda line: line.startswith("# "), lines))
    run.__doc__ = re.split(r"[.:] ", told)[0].removesuffix(".") + "."
    nox.session(run, name=name, venv_backend="none", default=False)


for _name in (*SCRIPTS, *TIERS):
    _script(_name)


def _tested(session: nox.Session, *how: str) -> None:
    """Run the tests against a wheel, in a folder that has all of the checkout but the package."""
    parser = argparse.ArgumentParser(prog="nox -s tests --", allow_abbrev=False)
    parser.add_argument("--wheel", type=Path, help="the wheel to be tested, in place of one that is built")
    asked, rest = parser.parse_known_args(session.posargs)
    folder = Path(session.create_tmp()).resolve()
    shutil.rmtree(folder / "checkout", ignore_errors=True)
    wheel = asked.wheel.resolve() if asked.wheel else None
    if wheel is None:
        session.run("uv", "build", "--quiet", "--wheel", "--out-dir", str(folder / "built"), str(ROOT), external=True)
        wheel = max((folder / "built").glob("*.whl"), key=lambda path: path.stat().st_mtime)
    # From the project's own file: of a wheel, uv takes its dependencies as indirect ones, and lowest-direct as the newest.
    session.install(*how, "-r", "pyproject.toml", "--extra", "test")
    session.install("--no-deps", "--reinstall", str(wheel))
    there = session.run("uv", "pip", "list", "--quiet", external=True, silent=True) or ""
    session.log("; ".join(" ".join(line.split()) for line in there.splitlines() if line.split()[0] in SHOWN))
    tracked = session.run("git", "ls-files", "-z", "--", ":!conflictdata", external=True, silent=True, log=False) or ""
    for name in filter(None, tracked.split("\0")):
        (folder / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / "checkout" / name)
    session.chdir(folder / "checkout")
    # On Windows text is read and written as everywhere else; PYTHONUTF8 changes nothing on other systems of today.
    session.run(
        "python",
        "-P",
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        *(rest or ("-q", "-n", "2", "-m", "not slow")),
        env={"PYTHONUTF8": "1"},
    )


@nox.session(python=PYTHONS, default=False)
@nox.parametrize(
    "resolution",
    [nox.param("lowest-direct", id="oldest", tags=["oldest"]), nox.param("highest", id="newest", tags=["newest"])],
)
def tests(session: nox.Session, resolution: str) -> None:
    """The tests against the wheel, with the oldest or the newest dependencies."""
    _tested(session, "--resolution", resolution)


@nox.session(default=False)
def prereleases(session: nox.Session) -> None:
    """The tests against the wheel, with pre-releases of the dependencies."""
    _tested(session, "--prerelease", "allow", "--upgrade")
