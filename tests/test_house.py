"""The gates of the project: each has one script, which is listed wherever gates are listed."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCED = {"need.sh"}  # by the scripts beside it
ALONE = {"publish"}  # by the workflow `docs`, with what it is to publish


def scripts() -> set[str]:
    """Give the names of the scripts of the gates: the files that bash runs."""
    found = {path.name: path for path in (ROOT / ".ci").iterdir() if path.is_file()}
    return {name for name, path in found.items() if path.read_bytes().startswith(b"#!/usr/bin/env bash")} - SOURCED


def text(name: str) -> str:
    """Read a file of the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_gate_has_a_session_and_a_line() -> None:
    """`nox` runs each script by its name, and the table of the house says of each what it does."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(text("noxfile.py"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"SCRIPTS", "TIERS"}:
            named |= set(ast.literal_eval(node.value))

    assert named == scripts() - ALONE
    assert set(re.findall(r"^\| `\.ci/(\w+)` \|", text("docs/architecture.md"), re.MULTILINE)) == scripts()


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", ".pre-commit-config.yaml"])
def test_gates_are_named_as_they_are(page: str) -> None:
    """A command of a page or a hook runs a gate that is there."""
    told = text(page)
    sessions = {name for words in re.findall(r"nox -s ([a-z][a-z ]*)", told) for name in words.split()}
    called = set(re.findall(r"\.ci/(\w+)(?![\w.])", told))

    assert sessions | called
    assert sessions <= scripts()
    assert called <= scripts()


def test_groups_that_are_asked_for_are_there() -> None:
    """Every dependency group that a script, a workflow or a page installs is one of the project."""
    groups = set(tomllib.loads(text("pyproject.toml"))["dependency-groups"])
    files = [*(f".ci/{name}" for name in scripts()), "CONTRIBUTING.md", "docs/architecture.md"]
    files += [path.relative_to(ROOT).as_posix() for path in (ROOT / ".github" / "workflows").iterdir()]
    asked = {name: set(re.findall(r"--group ([\w-]+)", text(name))) for name in files}

    assert {name: found - groups for name, found in asked.items() if found - groups} == {}
    assert set().union(*asked.values()) >= {"dist", "form", "hooks", "nox", "site", "types", "workflows"}
