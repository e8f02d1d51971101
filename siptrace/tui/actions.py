"""Everything a key can do, in one registry: bindings, the footer, the help screen and the palette are made of it.

The keys are sngrep's where it has one, so that hands need not learn anything. An action is a method `action_NAME` of
the screen of its place.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding

__all__ = ["ACTIONS", "Action", "actions_of", "bindings"]


class Action(NamedTuple):
    """What keys do somewhere: `place` is a screen (`list`, `ladder`, `message`, `diff`) or `any`.

    `keys` are Textual's names, the first one is shown; `label` stands in the footer where it is not empty.
    """

    name: str
    keys: tuple[str, ...]
    place: str
    meaning: str
    label: str = ""


ACTIONS = (
    Action("help", ("f1", "h", "question_mark"), "any", "Show this help", "Help"),
    Action("back", ("escape", "q", "Q"), "any", "Go back; from the list: quit", "Back"),
    # -- the list of calls
    Action("open", ("enter",), "list", "Show the ladder of the call, or of all selected ones", "Ladder"),
    Action("select", ("space",), "list", "Select the call, or no longer", "Select"),
    Action("save", ("f2", "s", "S"), "list", "Save the selected calls, or those that are listed", "Save"),
    Action("filter", ("f3", "slash", "tab"), "list", "Filter by an expression", "Filter"),
    Action("extended", ("f4", "x"), "list", "Show the ladder with all legs of the call", "Extended"),
    Action("clear", ("f5", "ctrl+l"), "list", "Drop filter and selection", "Clear"),
    Action("raw", ("f6", "r", "R"), "list", "Show the messages of the call as they are", "Raw"),
    Action("quick", ("f7", "f", "F"), "list", "Filter by method and state", "Quick filter"),
    Action("columns", ("f10", "t", "T"), "list", "Choose the columns and their order", "Columns"),
    Action("statistics", ("i",), "list", "Show what is in the trace: methods, answers, states, flows", "Statistics"),
    Action("sort_left", ("less_than_sign",), "list", "Sort by the column to the left"),
    Action("sort_right", ("greater_than_sign",), "list", "Sort by the column to the right"),
    Action("reverse", ("z",), "list", "Turn the order round"),
    Action("follow", ("A",), "list", "Keep the last call in sight while the trace grows"),
    # -- the ladder
    Action("raw", ("enter", "f6", "r", "R"), "ladder", "Show the message as it is", "Message"),
    Action("select", ("space",), "ladder", "Select the message; the second one is compared with the first", "Compare"),
    Action("sdp", ("f2", "d"), "ladder", "Show or hide what session descriptions say", "SDP"),
    Action("media", ("f3", "m"), "ladder", "Show or hide the reference flow: steps, what is missing, media", "Flow"),
    Action("extended", ("f4", "x"), "ladder", "Show all legs of the call, or one Call-ID", "Extended"),
    Action("clock", ("w",), "ladder", "Show the time of day, the time since the start, or since the message before"),
    Action("colours", ("c",), "ladder", "Colour by kind of message, CSeq or dialog", "Colours"),
    Action("preview", ("t",), "ladder", "Show or hide the message beside the ladder"),
    Action("grow", ("9",), "ladder", "Make the message wider"),
    Action("shrink", ("0",), "ladder", "Make the ladder wider"),
    Action("reset", ("T",), "ladder", "Show everything as it was at first"),
    Action("save", ("s", "S"), "ladder", "Save the ladder", "Save"),
    Action("copy", ("y",), "ladder", "Copy the ladder as text"),
    Action("find", ("slash",), "ladder", "Find text in the messages", "Find"),
    Action("find_next", ("n",), "ladder", "Go to the next message with that text"),
    Action("find_previous", ("N",), "ladder", "Go to the message before with that text"),
    # -- a message, and two beside each other
    Action("explain", ("e",), "message", "Explain the message, or show it as it is", "Explain"),
    Action("next", ("right", "n"), "message", "Show the next message"),
    Action("previous", ("left", "N"), "message", "Show the message before"),
    Action("save", ("s", "S"), "message", "Save the message", "Save"),
    Action("all", ("a",), "diff", "Show what always differs, or hide it", "All"),
)
"""Every action; the keys of one place do one thing each."""


def actions_of(place: str) -> list[Action]:
    """Return the actions of a screen, its own first."""
    return [action for action in ACTIONS if action.place == place] + [a for a in ACTIONS if a.place == "any"]


def bindings(place: str) -> list[Binding]:
    """Return the bindings of a screen; each can be bound to other keys by its name, `PLACE.ACTION`."""
    return [
        Binding(
            ",".join(action.keys),
            action.name,
            action.label or action.meaning,
            show=bool(action.label),
            key_display=shown_key(action.keys[0]),
            id=f"{place}.{action.name}",
        )
        for action in actions_of(place)
    ]


_SHOWN = {
    "question_mark": "?", "slash": "/", "less_than_sign": "<", "greater_than_sign": ">",
    "escape": "Esc", "enter": "Enter", "space": "Space", "tab": "Tab", "ctrl+l": "^L",
}  # fmt: skip


def shown_key(key: str) -> str:
    """Return a key as people call it."""
    return _SHOWN.get(key) or (key.upper() if key.startswith("f") and key[1:].isdigit() else key)
