from __future__ import annotations

import pytest

from siptrace.ingest.logs.margin import find_margin, quoting_margin

START = b"OPTIONS sip:b@h SIP/2.0\n"


@pytest.mark.parametrize(
    ("prefix", "line", "following", "stripped"),
    [
        (b"", START, b"  folded\n", b"  folded\n"),
        (b"", b"   " + START, b"   Via: x\n", b"Via: x\n"),
        (b"", b"   " + START, b"\n", b"\n"),
        (b"", b"   " + START, b"     folded\n", b"  folded\n"),
        (b"[10:00:01] ", b"[10:00:01] " + START, b"[10:00:02] Via: x\n", b"Via: x\n"),
        (b"a 7 ", b"a 12345    " + START, b"a 9    Via: x\n", b"Via: x\n"),
        (b"// ", b"//   " + START, b"//\n", b"\n"),
        (b"[10:00:01] ", START, b"Via: x\n", b"Via: x\n"),
        (b"Jan 5 pbx fs: ", b"Jan 5 pbx fs: " + START, b"Jan 6 pbx fs: \n", b"\n"),
    ],
)
def test_the_margin_of_a_start_line_comes_off_the_next(
    prefix: bytes, line: bytes, following: bytes, stripped: bytes
) -> None:
    margin = find_margin(line, prefix)
    assert margin is not None
    assert margin.strip(line) == START
    assert margin.strip(following) == stripped


def test_a_line_without_the_prefix_is_outside() -> None:
    margin = find_margin(b"[1] " + START, b"[1] ")
    assert margin is not None
    assert margin.strip(b"other\n") is None


def test_no_start_line_no_margin() -> None:
    assert find_margin(b"[1] hello\n", b"[1] ") is None
    assert find_margin(b"", b"") is None


@pytest.mark.parametrize("marks", [b"> ", b"> > ", b"// ", b"  // ", b"# ", b" * ", b"\t", b"    "])
def test_quotes_and_indentation(marks: bytes) -> None:
    quoted = quoting_margin(marks + START)
    assert quoted is not None
    margin, size = quoted
    assert size == len(marks)
    assert margin.strip(marks + b"Via: x\n") == b"Via: x\n"


def test_nothing_on_the_left_is_no_margin() -> None:
    assert quoting_margin(START) is None
