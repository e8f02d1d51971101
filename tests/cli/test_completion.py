"""Completion: scripts that the shells accept, and words that are really completed."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from siptrace.cli.main import COMMANDS
from siptrace.render.formats import FORMATS
from tests.cli.running import siptrace

if TYPE_CHECKING:
    from pathlib import Path

# The words so far, and what completes the last of them.
COMPLETED: dict[str, list[str]] = {
    "siptrace ": list(COMMANDS),
    "siptrace la": ["ladder"],
    "siptrace ladder --fo": ["--format", "--force"],
    "siptrace ladder --format ": list(FORMATS),
    "siptrace ladder -f a": ["ascii"],
    "siptrace ladder --call": ["--call", "--call-id"],
    "siptrace calls --j": ["--json"],
    "siptrace flows --fl": ["--flows"],
    "siptrace completion z": ["zsh"],
}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_its_shell_can_read(shell: str, tmp_path: Path) -> None:
    code, out, err = siptrace("completion", shell)
    assert (code, err) == (0, "")
    assert "_SIPTRACE_COMPLETE" in out
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(out)
        flag = "--no-execute" if shell == "fish" else "-n"
        checked = subprocess.run([shell, flag, str(script)], capture_output=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, b"")


def test_another_shell_is_refused() -> None:
    code, out, err = siptrace("completion", "tcsh")
    assert (code, out) == (2, "")
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in err


@pytest.mark.parametrize(("words", "completed"), COMPLETED.items())
def test_words_are_completed(words: str, completed: list[str]) -> None:
    env = {"_SIPTRACE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    code, out, err = siptrace(env=env)
    assert (code, err) == (0, "")
    assert [line.partition(",")[2] for line in out.splitlines()] == completed


def test_a_trace_is_completed_by_the_shell_as_a_file() -> None:
    env = {"_SIPTRACE_COMPLETE": "bash_complete", "COMP_WORDS": "siptrace calls fix", "COMP_CWORD": "2"}
    assert siptrace(env=env).out.startswith("file,")
