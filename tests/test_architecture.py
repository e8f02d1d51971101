"""The shape of the house: a test file for each source file, docstrings, short files, imports that go down only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "siptrace").rglob("*.py"))
OURS = sorted(path for folder in ("siptrace", "tests", "fixtures", "bench") for path in (ROOT / folder).rglob("*.py"))
LONGEST = 400

TESTED_ELSEWHERE = {
    "siptrace/ladder/model.py": "tests/ladder/test_build.py",  # values without behaviour, made by build
    "siptrace/reconstruct/model.py": "tests/test_trace.py",  # what trace makes
    "siptrace/ingest/logs/asterisk.py": "tests/ingest/logs/test_dialects.py",  # every dialect against the same log
    "siptrace/ingest/logs/freeswitch.py": "tests/ingest/logs/test_dialects.py",
    "siptrace/ingest/logs/sipp.py": "tests/ingest/logs/test_dialects.py",
    "siptrace/export/files.py": "tests/cli/test_files.py",  # what is at the end of -o
    "siptrace/cli/options.py": "tests/cli/test_main.py",  # decorators, seen through every command
}
"""Source files whose test stands elsewhere, and where."""


def name(path: Path) -> str:
    """Return a path as seen from the root of the project."""
    return path.relative_to(ROOT).as_posix()


def mirrored(source: str) -> str:
    """Return where the test of a source file belongs."""
    path = Path(source)
    return (Path("tests", *path.parts[1:-1]) / f"test_{path.name}").as_posix()


@pytest.mark.parametrize("source", [name(path) for path in SOURCES if path.name != "__init__.py"])
def test_every_source_file_has_its_test(source: str) -> None:
    test = TESTED_ELSEWHERE.get(source, mirrored(source))
    assert (ROOT / test).exists(), f"{source} needs {test}"


def test_the_exceptions_are_still_needed() -> None:
    assert all((ROOT / source).exists() for source in TESTED_ELSEWHERE)
    assert not [source for source in TESTED_ELSEWHERE if (ROOT / mirrored(source)).exists()]


@pytest.mark.parametrize("path", OURS, ids=map(name, OURS))
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST


def undocumented(body: list[ast.stmt]) -> list[str]:
    """Return the public classes, functions and methods without a docstring; what is inside a function is private."""
    found = []
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        overload = any(isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list)
        if not overload and not ast.get_docstring(node):
            found.append(node.name)
        if isinstance(node, ast.ClassDef):
            found += undocumented(node.body)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=map(name, SOURCES))
def test_everything_public_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body
    assert not undocumented(tree.body)


def test_imports_go_down_only() -> None:
    contracts = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    done = subprocess.run([*contracts, "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
