"""What a process costs: measured on processes that do a known thing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.measure import Cost, Tool, TooSlow, measure, run

ROOT = Path(__file__).parents[2]
HUNDRED_MB = 100 * 1024 * 1024
HOLD = "import time; kept = bytearray(b'x') * 104857600; time.sleep(0.3)"
MAP = """
import mmap, sys, time
with open(sys.argv[1], "rb") as file:
    mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
sum(mapped[::4096])
time.sleep(0.3)
"""


def python(code: str, *words: str) -> list[str]:
    """Return a command that runs some code."""
    return [sys.executable, "-c", code, *words]


def from_a_small_process(words: list[str]) -> Cost:
    """Return what a command costs that a small process starts: on Linux a child inherits the peak of who forks it."""
    code = "import sys, bench.measure as m; c = m.run(sys.argv[1:], 60); print(c.seconds, c.peak, c.private)"
    done = subprocess.run(python(code, *words), capture_output=True, text=True, check=True, cwd=ROOT)
    seconds, peak, private = done.stdout.split()
    return Cost(float(seconds), int(peak), int(private))


def test_memory_that_a_process_fills_is_seen_in_both_numbers() -> None:
    cost = from_a_small_process(python(HOLD))
    assert cost.seconds >= 0.3
    assert HUNDRED_MB < cost.peak < 2 * HUNDRED_MB
    if Path("/proc/self/status").exists():
        assert HUNDRED_MB < cost.private <= cost.peak


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to tell private memory")
def test_pages_of_a_file_are_no_private_memory(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(HUNDRED_MB))
    cost = run(python(MAP, str(path)), 60)
    assert cost.peak > HUNDRED_MB
    assert 0 < cost.private < HUNDRED_MB // 2


def test_a_process_that_is_too_slow_is_ended() -> None:
    with pytest.raises(TooSlow, match="stopped after 0 s"):
        run(python("import time; time.sleep(600)"), 0.1)


def test_a_process_that_fails_is_told() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run(python("raise SystemExit(3)"), 60)


def test_the_environment_is_added() -> None:
    run(python("import os; assert os.environ['WORD'] == 'x' and os.environ['PATH']"), 60, {"WORD": "x"})


def test_tools_run_in_turn_as_often_as_wanted(tmp_path: Path) -> None:
    path = tmp_path / "order"
    write = "import sys; print(sys.argv[2], end='', file=open(sys.argv[1], 'a'))"
    tools = [Tool(name, python(write, str(path), name)) for name in "ab"]
    measure(tools, runs=3, budget=60, limit=60)
    assert path.read_text() == "ababab"
    measure(tools, runs=4, budget=60, limit=60)
    assert path.read_text() == "abababab"


def test_trouble_is_noted_and_ends_the_runs() -> None:
    tools = {
        "fails": Tool("fails", python("raise SystemExit(3)")),
        "slow": Tool("slow", python("import time; time.sleep(600)")),
        "missing": Tool("missing", ["/nowhere/at/all"]),
        "known": Tool("known", python("pass"), trouble="not installed"),
    }
    measure(list(tools.values()), runs=2, budget=60, limit=0.2)
    assert {name: tool.trouble for name, tool in tools.items()} == {
        "fails": "failed with exit code 3",
        "slow": "stopped after 0 s",
        "missing": "cannot be run: No such file or directory",
        "known": "not installed",
    }
    assert not any(tool.costs for tool in tools.values())


def test_a_tool_that_has_used_its_budget_is_not_run_again() -> None:
    spent = Tool("spent", python("pass"), costs=[Cost(10, 1, 1)])
    measure([spent], runs=5, budget=9, limit=60)
    assert len(spent.costs) == 1


def test_medians() -> None:
    tool = Tool("x", [], costs=[Cost(1, 30, 7), Cost(9, 10, 8), Cost(2, 20, 9)])
    assert (tool.seconds, tool.peak, tool.private) == (2, 20, 8)
    nothing = Tool("x", [])
    assert (nothing.seconds, nothing.peak, nothing.private) == (0, 0, 0)
