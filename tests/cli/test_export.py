"""`siptrace export`, and `--csv` of the lists."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from fixtures.wire import pcap, udp_frame
from siptrace.export.registry import TABLES
from siptrace.export.tables import frame
from siptrace.trace import open_trace
from tests.cli.running import CALL, COMMAND, ROOT, TWO_CALLS, on_terminal, siptrace
from tests.messages import START, invite

ENDS = ".json, .jsonl, .csv, .parquet"
SUFFIXES = ["json", "jsonl", "csv", "parquet"]


def numbers(path: Path) -> list[int]:
    """Return the first column of a file."""
    text = path.read_bytes()
    if path.suffix == ".parquet":
        return list(pd.read_parquet(path).iloc[:, 0])
    if path.suffix == ".csv":
        return list(pd.read_csv(io.BytesIO(text)).iloc[:, 0])
    found = json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]
    return [next(iter(item.values())) for item in found]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("what", TABLES)
def test_every_table_in_every_format(what: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{suffix}"
    assert siptrace("export", TWO_CALLS, "--what", what, "-o", str(path)) == (0, "", "")
    count = TABLES[what].count(open_trace(TWO_CALLS))
    assert numbers(path) == list(range(1, count + 1))
    assert count > 1
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_calls_are_what_is_written_unless_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    assert siptrace("export", TWO_CALLS, "-o", str(path)).code == 0
    pd.testing.assert_series_equal(pd.read_parquet(path)["state"], frame(open_trace(TWO_CALLS), "calls")["state"])


@pytest.mark.parametrize("what", ["calls", "messages"])
def test_lines_of_json_are_those_of_the_list(what: str) -> None:
    found = siptrace("export", TWO_CALLS, "--what", what, "-f", "jsonl", "-o", "-")
    assert found == siptrace(what, TWO_CALLS, "--json")
    assert found.out.count("\n") > 1


@pytest.mark.parametrize("what", ["calls", "messages"])
def test_csv_of_a_list_is_the_csv_of_the_export(what: str) -> None:
    found = siptrace(what, TWO_CALLS, "--csv")
    assert found == siptrace("export", TWO_CALLS, "--what", what, "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(found.out)))
    assert list(rows[0]) == TABLES[what].names()
    assert (found.code, found.err, rows[-1][TABLES[what].names()[0]]) == (0, "", str(len(rows)))


def test_standard_output_may_be_parquet_but_no_terminal() -> None:
    words = ("export", CALL, "-f", "parquet", "-o", "-")
    done = subprocess.run([*COMMAND, *words], capture_output=True, cwd=ROOT, check=True)
    assert pd.read_parquet(io.BytesIO(done.stdout))["call"].tolist() == [1]
    code, lines = on_terminal(*words, columns=120)
    assert (code, lines) == (
        2, ["siptrace: This is no text and would disturb the terminal; -o names a file for it."],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Say with -o which file to write, or with --format what to write to standard output."),
        (["-o", "-"], "Say with -o which file to write, or with --format what to write to standard output."),
        (["-o", "x.xls"], f"x.xls: the end of the name says no format (--format does, or one of {ENDS})."),
        (["-o", "missing/x.csv"], "missing/x.csv: cannot be written: No such file or directory"),
        (["-o", CALL, "-f", "csv", "--force"], f"{CALL}: this file is being read, so it is not written."),
    ],
)  # fmt: skip
def test_refusals(words: list[str], says: str) -> None:
    before = Path(CALL).read_bytes()
    assert siptrace("export", CALL, *words) == (2, "", f"siptrace: {says}\n")
    assert Path(CALL).read_bytes() == before


def test_a_file_of_a_folder_that_is_read_is_not_overwritten(tmp_path: Path) -> None:
    trace = tmp_path / "in" / "x.csv"  # content says what a file is, not its name
    trace.parent.mkdir()
    trace.write_bytes(Path(CALL).read_bytes())
    found = siptrace("export", str(trace.parent), "-o", str(trace), "--force")
    assert (found.code, found.err) == (2, f"siptrace: {trace}: this file is being read, so it is not written.\n")
    assert trace.read_bytes() == Path(CALL).read_bytes()


def test_a_file_that_is_there_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("mine")
    found = siptrace("export", "no-such-trace.pcap", "-o", str(path))
    assert (found.code, found.err) == (2, f"siptrace: {path}: there is such a file already; --force overwrites it.\n")
    assert path.read_text() == "mine"
    assert siptrace("export", CALL, "-o", str(path), "--force") == (0, "", "")
    assert path.read_text().startswith("call,kind,state,")


def test_an_unreadable_trace_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    assert siptrace("export", "no-such-trace.pcap", "-o", str(path)).code == 3
    assert not list(tmp_path.iterdir())


def test_a_trace_without_sip_is_an_empty_table(tmp_path: Path) -> None:
    trace = tmp_path / "empty.pcap"
    trace.write_bytes(pcap([(START, udp_frame(("192.0.2.1", 1), ("192.0.2.2", 2), b"no SIP"))]))
    for suffix in SUFFIXES:
        path = tmp_path / f"x.{suffix}"
        assert siptrace("export", str(trace), "-o", str(path)).code == 0
        assert numbers(path) == []


def test_without_pandas_parquet_is_one_sentence_and_the_rest_works(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pandas'] = None; from siptrace.cli.main import main; main()"

    def run(suffix: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", code, "export", CALL, "-o", str(tmp_path / f"x.{suffix}")]
        return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)

    done = run("parquet")
    sentence = (
        "siptrace: Frames and Parquet need pandas and pyarrow (pandas is missing): pip install 'siptrace[data]'\n"
    )
    assert (done.returncode, done.stderr) == (2, sentence)
    assert not list(tmp_path.iterdir())
    assert [run(suffix).returncode for suffix in SUFFIXES[:3]] == [0, 0, 0]


def test_no_cell_of_a_hostile_call_starts_a_formula(tmp_path: Path) -> None:
    trace = tmp_path / "evil.pcap"
    call = invite(call_id='=HYPERLINK("http://x","y")', from_tag="+1", users=("a;=cmd|' /C calc'!A0", "@b"))
    trace.write_bytes(pcap([(START, udp_frame(("192.0.2.1", 5060), ("192.0.2.2", 5060), call.raw))]))
    for what in ("calls", "messages"):
        (row,) = csv.DictReader(io.StringIO(siptrace(what, str(trace), "--csv").out))
        assert row["call_ids" if what == "calls" else "call_id"] == '\'=HYPERLINK("http://x","y")'
        assert ";'=cmd|" in row["from"]
    assert row["from_tag"] == "'+1"


def test_a_reader_that_goes_away_is_no_error() -> None:
    words = [*COMMAND, "export", str(ROOT / "fixtures/flows/captures"), "--what", "messages", "-f", "csv"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
