"""What is imported when: help and a small ladder must not pay for what they do not use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CAPTURE = str(ROOT / "fixtures" / "flows" / "captures" / "rfc3665-3.1.udp4.pcap")
LOG = str(ROOT / "fixtures" / "logs" / "sipp.log")

UNUSED_BY_A_SMALL_LADDER = {
    "hashlib", "ipaddress", "json", "pathlib", "shutil", "tempfile", "unicodedata", "wcwidth",
    "siptrace.render.json", "siptrace.sip.body", "siptrace.sip.digest",
    "siptrace.ladder.flow", "siptrace.ladder.matched", "tomllib", "difflib",
}  # fmt: skip
"""What only some traces, or other commands, need; together it takes longer than all else that is ours."""

HEAVY = {
    "numpy", "pandas", "pyarrow", "numba", "pyshark", "textual", "rich", "hypothesis", "asyncio", "ssl",
    "multiprocessing",
}  # fmt: skip

RUN = """
import sys
from siptrace.cli.main import main
sys.argv = ["siptrace", *{words!r}]
try:
    main()
except SystemExit:
    pass
"""
COMPILED = """
import json
sys.stderr.write("\\n" + json.dumps([
    f"{home}.{name}"
    for home, module in sys.modules.items() if home.startswith("siptrace")
    for name, value in vars(module).items() if isinstance(value, _Pattern) and len(vars(value)) > 2
]))
"""
"""Tells the patterns of which a method was used: it is kept in them."""

TELL = "import sys\nnames = sorted(sys.modules)\nimport json\nsys.stderr.write('\\n' + json.dumps(names))\n"


def imported(code: str) -> set[str]:
    """Return the modules in a new interpreter after some code has run in it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", code + TELL]
    done = subprocess.run(words, capture_output=True, text=True, env=environment, cwd=ROOT, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def command(*words: str) -> set[str]:
    """Return the modules after a run of the command line."""
    return imported(RUN.format(words=list(words)))


def packages(modules: set[str]) -> set[str]:
    """Return the top packages of some modules."""
    return {module.partition(".")[0] for module in modules}


WORDS = {
    "help": ["--help"],
    "help of a command": ["ladder", "--help"],
    "ladder": ["ladder", CAPTURE],
    "calls": ["calls", CAPTURE],
    "messages as JSON": ["messages", CAPTURE, "--json"],
    "messages as CSV": ["messages", CAPTURE, "--csv"],
    "an export of text": ["export", CAPTURE, "-f", "json"],
    "a log": ["ladder", LOG],
    "a ladder with its flow": ["ladder", CAPTURE, "--match"],
    "the flows": ["flows"],
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_small_jobs_import_nothing_heavy(words: list[str]) -> None:
    assert not packages(command(*words)) & HEAVY


def test_a_ladder_of_plain_calls_imports_only_what_it_shows() -> None:
    assert not command("ladder", CAPTURE) & UNUSED_BY_A_SMALL_LADDER


@pytest.mark.parametrize("words", [["ladder", CAPTURE], ["ladder", CAPTURE, "-f", "json"], ["ladder", "--help"]])
def test_only_a_ladder_with_its_flow_imports_the_correlator(words: list[str]) -> None:
    assert not [module for module in command(*words) if module.startswith("siptrace.correlate")]


def test_a_flow_is_drawn_without_reading_traces_and_without_the_matching() -> None:
    modules = command("flows", "rfc3665-3.2")
    assert "siptrace.correlate.model" in modules
    assert not modules & {"siptrace.trace", "siptrace.correlate.match", "siptrace.correlate.judge", "dpkt"}
    assert not packages(modules) & HEAVY


def test_a_ladder_of_plain_calls_compiles_no_pattern_for_what_is_odd() -> None:
    code = "from siptrace.patterns import _Pattern\n" + RUN.format(words=["ladder", CAPTURE]) + COMPILED
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    names = set(json.loads(done.stderr.splitlines()[-1]))
    assert {"siptrace.sip.grammar.VIA_VALID", "siptrace.sip.grammar.NAME_ADDR_VALID"} <= names
    assert not [name for name in names if name.startswith(("siptrace.ingest", "siptrace.render", "siptrace.cli"))]
    odd = ("AUTH_PARAM", "DATE_VALID", "QUOTED", "TEL_URI_VALID", "WARNING_VALID")
    assert not names & {f"siptrace.sip.grammar.{name}" for name in odd}


def test_help_reads_no_traces() -> None:
    modules = command("--help")
    assert "dpkt" not in packages(modules)
    rooms = ("ingest", "sip", "table", "reconstruct", "ladder", "trace", "correlate")
    assert not [module for module in modules if module.startswith(tuple(f"siptrace.{room}" for room in rooms))]


@pytest.mark.parametrize("words", [["ladder", LOG], ["calls", LOG]])
def test_a_log_needs_no_packet_decoder(words: list[str]) -> None:
    assert "dpkt" not in packages(command(*words))


def test_importing_the_library_imports_next_to_nothing() -> None:
    bare, after = imported("import __future__, importlib, typing\n"), imported("import siptrace\n")
    assert after - bare == {"siptrace"}


def test_the_library_needs_no_command_line() -> None:
    modules = imported(f"import siptrace\n[call.state for call in siptrace.open_trace({CAPTURE!r}).calls]\n")
    assert not packages(modules) & (HEAVY | {"click", "wcwidth"})
    assert "siptrace.cli" not in modules
    assert "siptrace.render" not in modules


def test_every_public_name_is_there() -> None:
    code = """
import siptrace
assert all(getattr(siptrace, name) for name in siptrace.__all__)
assert set(siptrace._HOMES) == set(siptrace.__all__) - {"__version__"}
"""
    imported(code)
