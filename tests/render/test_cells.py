"""Texts in cells: whatever the bytes of a trace are, what is printed is harmless and as wide as it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from siptrace.render.cells import all_visible, cells, fit, pad, to_ascii, visible

# Bytes that are no UTF-8 are surrogates by then; the rest is any text at all.
TEXTS = st.one_of(
    st.binary(max_size=40).map(lambda data: data.decode("utf-8", "surrogateescape")),
    st.text(max_size=40),
    st.text(alphabet="a\u00e9\u65e5\ud55c\uff76\U0001f389\u0301\u093f\u200b\u200d\u202e\x1b\t\ufe0f", max_size=40),
)

VISIBLE = {
    "plain": ("Alice <sip:a@b>", "Alice <sip:a@b>"),
    "accents": ("Zoë", "Zoë"),
    "cjk": ("日本 太郎", "日本 太郎"),
    "emoji": ("🎉", "🎉"),
    "combining": ("e\u0301", "e\u0301"),
    "escape sequence": ("\x1b[2J", "\\x1b[2J"),
    "line ends": ("a\r\n\tb", "a\\r\\n\\tb"),
    "c1 control": ("\x9b31m", "\\x9b31m"),
    "delete": ("\x7f", "\\x7f"),
    "bidi override": ("a\u202eb", "a\\u202eb"),
    "bidi isolate": ("\u2066x\u2069", "\\u2066x\\u2069"),
    "zero width space": ("a\u200bb", "a\\u200bb"),
    "zero width joiner": ("👩\u200d💻", "👩\\u200d💻"),
    "variation selector": ("❤\ufe0f", "❤\\ufe0f"),
    "byte order mark": ("\ufeffx", "\\ufeffx"),
    "soft hyphen": ("a\u00adb", "a\\xadb"),
    "line separator": ("a\u2028b", "a\\u2028b"),
    "tag character": ("\U000e0041", "\\U000e0041"),
    "byte that is no UTF-8": (b"caf\xe9".decode("utf-8", "surrogateescape"), "caf\\xe9"),
    "lone surrogate": ("\ud800", "\\ud800"),
}

WIDTHS = {"": 0, "abc": 3, "Zoë": 3, "日本": 4, "한": 2, "ｶ": 1, "🎉": 2, "e\u0301": 1, "कि": 2, "─▶│↺…": 5}

FITTED = {
    ("abc", 3): "abc",
    ("abcd", 3): "ab…",
    ("日本語", 5): "日本…",
    ("日本語", 4): "日…",
    ("日本", 1): "…",
    ("abc", 0): "",
    ("abc", -1): "",
    ("", 0): "",
}


@pytest.mark.parametrize(("text", "shown"), VISIBLE.values(), ids=VISIBLE)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(("text", "width"), WIDTHS.items())
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize(("given_", "cut"), FITTED.items())
def test_fit(given_: tuple[str, int], cut: str) -> None:
    assert fit(*given_) == cut


@given(TEXTS)
def test_visible_text_is_printable_stays_so_and_can_be_encoded(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown
    assert not set(shown) & set("\u200b\u200d\u202e\ufe0f\ufeff")
    shown.encode("utf-8")


@given(st.lists(TEXTS | st.text(st.characters(codec="ascii"), max_size=8)))
def test_all_texts_become_visible(texts: list[str]) -> None:
    assert all_visible(texts) == list(map(visible, texts))


@given(st.text(alphabet="aé日한ｶ🎉│▶\u0301\u200b\u202e\x1b\ufe0f", max_size=40))
def test_cells_is_what_a_terminal_takes(text: str) -> None:
    assert cells(visible(text)) == wcswidth(visible(text))


@given(TEXTS, st.integers(-2, 50))
def test_fit_never_exceeds_and_cuts_only_what_is_too_wide(text: str, width: int) -> None:
    shown = visible(text)
    cut = fit(shown, width)
    assert cells(cut) <= max(width, 0)
    assert cut.isprintable()
    if cells(shown) <= width:
        assert cut == shown
    elif width > 0:
        assert cut.endswith("…")
        assert shown.startswith(cut[:-1])
        # Not cut more than needed: a wide character at the end leaves one cell, no more.
        assert cells(cut) >= width - 1


@given(TEXTS, st.integers(0, 50))
def test_pad_takes_exactly_the_width(text: str, width: int) -> None:
    padded = pad(visible(text), width)
    assert cells(padded) == width
    assert padded.isprintable()


@given(TEXTS)
def test_ascii_is_ascii_of_as_many_characters(text: str) -> None:
    plain = to_ascii(visible(text))
    assert plain.isascii()
    assert plain.isprintable()
    assert len(plain) == len(visible(text))


def test_our_own_line_characters_have_look_alikes() -> None:
    assert to_ascii("│◀──╌┼─▶│ ↺ … → ·") == "|<---+->| @ ~ > ."
