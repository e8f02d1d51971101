"""What the README shows is what the tool does; `pytest --update` draws its ladder anew."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from siptrace.cli.main import COMMANDS
from siptrace.ladder.build import build_ladder
from siptrace.render.text import render_text
from siptrace.trace import open_trace

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
CAPTURES = ROOT / "fixtures" / "flows" / "captures"
BUSY = CAPTURES / "rfc3665-3.9.udp4.pcap"

LADDER = re.compile(r"(?<=```\n\$ siptrace ladder busy\.pcap\n).*?(?=```)", re.DOTALL)
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_the_ladder(request: pytest.FixtureRequest) -> None:
    (call,) = open_trace(BUSY).calls
    drawn = render_text(build_ladder(call), width=92)
    if request.config.getoption("update"):
        README.write_text(LADDER.sub(lambda _: drawn, TEXT), encoding="utf-8")
    assert LADDER.findall(README.read_text(encoding="utf-8")) == [drawn]


def test_the_library_example_runs(tmp_path: Path) -> None:
    (code,) = EXAMPLE.findall(TEXT)
    (tmp_path / "call.pcap").write_bytes(BUSY.read_bytes())
    program = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{code}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 busy sip:alice@atlanta.example.com ['INVITE', 'INVITE', 100, ")


def test_the_commands_exist() -> None:
    named = set(re.findall(r"siptrace ([a-z]+) ", TEXT))
    assert named - {"global"} <= set(COMMANDS), "FreeSWITCH has a `siptrace` of its own"
    assert named & set(COMMANDS) == set(COMMANDS)


def test_the_files_and_make_targets_exist() -> None:
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (ROOT / link).exists(), link
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^    |`)make ([a-z]+)", TEXT, re.MULTILINE)) <= targets
