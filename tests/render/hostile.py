"""Texts that mean something to a diagram language, and ladders of nothing else. Not for the product."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from siptrace.ladder.model import Media, Note, SdpView
from tests.render.ladders import arrow, ladder

if TYPE_CHECKING:
    from siptrace.ladder.model import Ladder, Row

__all__ = ["TEXTS", "hostile_ladder"]

WORDS = (
    *(
        "end",
        "END",
        "end note",
        "end legend",
        "legend",
        "title x",
        "wrap:x",
        ":nowrap: x",
        "style a:#b;c;",
        "box",
        "rect",
    ),
    *("classDef x:#y;z;", "participant P9", "P1->>P2: forged", "P1 -> P2 : forged", "Note over P1: x", "autonumber 7"),
    *(
        "left to right direction",
        "activate P1",
        "!include /etc/passwd",
        "!$x = 1",
        "@enduml",
        "@startuml",
        "~@start",
        "x@startuml ../up ",
    ),
)
MARKUP = (
    *(
        "%%{init: {'theme':'dark'}}%%",
        "%% x",
        "<b>bold</b>",
        "<script>alert(1)</script>",
        "<br/>",
        "<br>",
        "$$\\frac12$$",
    ),
    *("#35;", "#quot;", "&lt;", "&#60;", "&amp;", "ﬂ°°60¶ß", "ﬂ°lt¶ß", "`x`", "'x'", '"x"', '""m""', "P1-->>-P2: x"),
    *("**b**", "//i//", "__u__", "--s--", "~~w~~", "^^x^^", "<U+0041>", "<&home>", "<:smile:>", "<img:/etc/passwd>"),
    *("<$sprite>", "%date()", '%getenv("HOME")', "$x", "$f()", "[[http://x.example y]]", "= head", "== x ==", "* item"),
    *("# item", "|a|b|", "----", "....", "..x..", "{{ x }}", "/' x '/", "' x", "<size:40>x</size>", "<color:red>x"),
    *(
        "&#169;",
        "++",
        "<latex>x</latex>",
        "<math>x</math>",
        "«x»",
        "as P9",
        "=>",
        "::",
        "{start} x",
        "...",
        "“x”",
        "‘x’",
        "––x––",
    ),
)
CHARACTERS = (
    *("\\", "\\n", "\\t", "\\\\", "\t", "\n", "\r", "\x00", "\x1b[2J", "\u202e", "\u200b", "\ue03c", "\udc80"),
    *(
        "~",
        "<",
        ">",
        "<<",
        ">>",
        ";",
        "#",
        "%",
        "&",
        "@",
        "!",
        "?",
        "+",
        "-",
        "/",
        "_",
        ".",
        ",",
        ":",
        "|",
        "=",
        "*",
        "^",
    ),
    *("(", ")", "[", "]", "{", "}", "'", '"', "`", "$", " ", "", "é", "日本", "🎉", "e\u0301", "\u00a0"),
)
TEXTS = (*WORDS, *MARKUP, *CHARACTERS)
"""Each alone; `hostile_ladder` puts them beside each other too."""

_LANES = 6


def hostile_ladder(seed: int, count: int = 60) -> Ladder:
    """Return a ladder whose texts are all hostile: with seed 0 those of TEXTS, one after the other, else mixed."""
    dice = random.Random(seed)  # noqa: S311  (the same texts in every run)

    def text() -> str:
        return "".join(dice.choices(TEXTS, k=dice.randint(1, 4)))

    texts = list(TEXTS) if seed == 0 else [text() for _ in range(count)]
    rows: list[Row] = []
    for index, label in enumerate(texts):
        source, target = index % _LANES, (index // 2 + 1) % _LANES
        low, high = sorted((source, target))
        rows.append(arrow(source, target, label, sdp=SdpView("offer", (label,)) if index % 3 == 0 else None))
        rows.append(Note(label) if index % 2 else Media(label, low, high, (low, high)[: index % 3]))
    lanes = [(text(), text()) for _ in range(_LANES)]
    return ladder(lanes, rows, title=text(), call_id=text())
