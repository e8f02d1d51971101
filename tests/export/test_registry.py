"""The registry of columns, and the page that is made of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from siptrace.export.column import Type
from siptrace.export.registry import TABLES, reference
from siptrace.trace import Trace

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "data.md"
GENERATED = re.compile(r"(?<=<!-- columns -->\n\n).*?(?=\n<!-- end of columns -->)", re.DOTALL)


def test_the_page_documents_every_column(request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("update"):
        PAGE.write_text(GENERATED.sub(lambda _: reference(), text), encoding="utf-8")
    assert GENERATED.findall(PAGE.read_text(encoding="utf-8")) == [reference()]


def test_the_page_explains_every_type() -> None:
    explained = re.findall(r"^\| `([^`]+)` \| `[A-Z_\[\] ]+` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert explained == list(Type)


def test_the_example_runs(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "day.pcap").write_bytes((ROOT / "fixtures/flows/captures/rfc3665-3.1.udp4.pcap").read_bytes())
    program = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{code}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "completed" in done.stdout


def test_every_column_is_named_once_and_explained() -> None:
    for name, table in TABLES.items():
        assert len(set(table.names())) == len(table.columns)
        assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", column) for column in table.names())
        assert all(column.meaning.strip(" .|") == column.meaning != "" for column in table.columns)
        assert isinstance(getattr(Trace, name), property), "a table is named as the sequence of a trace"


def test_reals_and_lengths_have_a_unit() -> None:
    with_unit = {(name, c.name) for name, table in TABLES.items() for c in table.columns if c.unit}
    assert with_unit == {("messages", "length"), ("calls", "score"), ("calls", "talk")}
    assert with_unit >= {(name, c.name) for name, t in TABLES.items() for c in t.columns if c.type is Type.REAL}
