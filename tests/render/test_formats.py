"""The registry of formats: each draws, names its file, and says whether there is room for several ladders."""

from __future__ import annotations

import shutil

import pytest

from siptrace.render.formats import FORMATS, Many, Style, drawn, format_of
from siptrace.render.text import render_text
from tests.render.ladders import arrow, ladder

ONE = ladder([("Alice", "192.0.2.1:5060"), ("Bob", "192.0.2.2:5060")], [arrow(0, 1), arrow(1, 0, "200 OK")])
PICTURES = ("svg", "png", "pdf")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_draws(name: str) -> None:
    if name in PICTURES and shutil.which("neato") is None:
        pytest.skip("graphviz is not installed")
    content = b"".join(drawn([ONE], name, Style()))
    assert content
    if FORMATS[name].is_text:
        assert b"INVITE" in content
        content.decode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_name_says_its_format(name: str) -> None:
    found = format_of(f"somewhere/some.call{FORMATS[name].suffix.upper()}")
    assert found is not None
    assert found.name == name
    assert format_of("call.docx") is None


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.many is Many.FOLLOW])
def test_several_ladders_follow_each_other(name: str) -> None:
    pieces = b"".join(drawn([ONE, ONE], name, Style()))
    assert pieces.count(b"".join(drawn([ONE], name, Style()))) == 2


def test_the_style_is_obeyed() -> None:
    assert (
        b"".join(drawn([ONE], "text", Style(columns=72, sdp=False))) == render_text(ONE, width=72, sdp=False).encode()
    )
