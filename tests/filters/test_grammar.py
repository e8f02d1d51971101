"""What the grammar reads, and how."""

from __future__ import annotations

import subprocess
import sys

import pytest

from siptrace.filters.grammar import tree
from siptrace.filters.select import All, Either, Held, Level, Node, Not, Same
from siptrace.trace import open_trace
from tests.cli.running import CALL, ROOT


def shape(node: Node) -> str:
    """Return the nodes as text."""
    if isinstance(node, Held):
        return node.field.name
    inner = node.nodes if isinstance(node, All | Either) else (node.node,) if isinstance(node, Not | Same) else ()
    return f"{type(node).__name__}({', '.join(map(shape, inner))})"


SHAPES = {
    "sip": "sip",
    "sip and udp and tcp": "All(sip, udp, tcp)",
    "sip or udp or tcp": "Either(sip, udp, tcp)",
    "sip or udp and tcp": "Either(sip, All(udp, tcp))",
    "sip and udp or tcp": "Either(All(sip, udp), tcp)",
    "(sip or udp) and tcp": "All(Either(sip, udp), tcp)",
    "not sip and udp": "All(Not(sip), udp)",
    "not (sip and udp)": "Not(All(sip, udp))",
    "! ! sip": "sip",
    "!!!sip": "Not(sip)",
    "sip&&udp||!tcp": "Either(All(sip, udp), Not(tcp))",
    "SIP AND NOT Udp": "All(sip, Not(udp))",
    "same(sip and udp)": "Same(All(sip, udp))",
    "same (not sip)": "Same(Not(sip))",
    "n in {1}": "n",
    "n not in {1}": "Not(n)",
    "not n in {1}": "Not(n)",
    "not n not in {1}": "n",
    'header["X-Foo"]': 'header["X-Foo"]',
    "header[X-Foo] == 1": 'header["X-Foo"]',
    "HEADER [ 'X-Foo' ]": 'header["X-Foo"]',
    "after 10:00 or before 11:00 or last 5m": "Either(time, time, time)",
    "status==200": "status",
    "user == last and from == not": "All(user, from)",
    "user == same": "user",
}


@pytest.mark.parametrize(("expression", "nodes"), SHAPES.items())
def test_shapes(expression: str, nodes: str) -> None:
    assert shape(tree(expression)) == nodes


VALUES = {
    "x": "x",
    '"x y"': "x y",
    "'x y'": "x y",
    "'say \"x\"'": 'say "x"',
    r'"say \"x\""': 'say "x"',
    r'"a\\b"': "a\\b",
    r'"a\tb"': "a\tb",
    r'"a\r\nb"': "a\r\nb",
    r'"a\.b"': r"a\.b",
    r'r"a\tb"': r"a\tb",
    "r": "r",
    "sip:a@b": "sip:a@b",
    "a.b-c_d/e:f%g*h?i+j": "a.b-c_d/e:f%g*h?i+j",
    "[2001:db8::1]:5060": "[2001:db8::1]:5060",
    "漢字": "漢字",
}


@pytest.mark.parametrize(("written", "meant"), VALUES.items())
def test_values(written: str, meant: str) -> None:
    subject = open_trace(CALL).subject
    node = tree(f"from == {written}")
    assert isinstance(node, Held)
    assert node.test(subject)(meant)
    assert not node.test(subject)(meant + "!")


PATTERNS = {
    r'"a\.b"': "a.b",
    r'"a\\.b"': "a.b",
    r'r"a\.b"': "a.b",
    r'"\d\d"': "12",
    r'"\"x\""': '"x"',
    r'"a\tb"': "a\tb",
}


@pytest.mark.parametrize(("written", "found"), PATTERNS.items())
def test_patterns_keep_their_own_escapes(written: str, found: str) -> None:
    node = tree(f"text matches {written}")
    assert isinstance(node, Held)
    test = node.test(open_trace(CALL).subject)
    assert test(f"..{found}..")
    assert not test("axb")


def test_a_range_may_have_blanks_and_needs_none() -> None:
    subject = open_trace(CALL).subject
    for written in ("{1..2}", "{ 1 .. 2 }", "{1 ..2}", '{"1".."2"}'):
        assert list(tree(f"n in {written}").select(subject, Level.MESSAGE, range(6))) == [0, 1]


RUN = """
import sys
sys.argv = ["siptrace", *{words!r}]
from siptrace.cli.main import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write(" ".join(sorted(set(sys.modules) & {{"lark", "siptrace.filters.grammar", "numpy", "regex"}})))
"""


@pytest.mark.parametrize(
    ("words", "imported"),
    [
        (["calls", CALL], ""),
        (["ladder", CALL], ""),
        (["messages", "--help"], ""),
        (["calls", CALL, "-F", "status == 200"], "lark regex siptrace.filters.grammar"),  # lark looks for regex itself
    ],
)
def test_who_does_not_filter_imports_no_parser(words: list[str], imported: str) -> None:
    code = RUN.format(words=words)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr == imported
