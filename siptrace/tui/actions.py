"""Everything a key can do, in one registry: bindings, the footer, the help screen and the palette are made of it.

The keys are sngrep's where it has one, so that hands need not learn anything. An action is a method `action_NAME` of
the screen of its place, unless it says what else to run. Users bind it to other keys by its name, `PLACE.NAME`.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding

from siptrace.tui.keys import NO_KEY, shown_key

__all__ = ["ACTIONS", "PLACES", "Action", "actions_of", "bindings"]


class Action(NamedTuple):
    """What keys do somewhere.

    `place` is a screen or a form (`list`, `ladder`, `save` ...), `any` of them, the `app`, or what people `move` in.
    `keys` are Textual's names, the first one is shown; `label` stands in the footer where it is not empty. `run` is
    what Textual runs, where that is not `name`; `{place}` in it stands for where the key is pressed.
    """

    name: str
    keys: tuple[str, ...]
    place: str
    meaning: str
    label: str = ""
    run: str = ""

    def runs(self, place: str) -> str:
        """Return what Textual is to run for it in a place."""
        return (self.run or self.name).format(place=place)


ACTIONS = (
    Action("palette", ("ctrl+p",), "app", "Find an action by its name", "Actions", run="command_palette"),
    Action("theme", (NO_KEY,), "app", "Choose the colours", run="change_theme"),
    Action("keep_theme", (NO_KEY,), "app", "Write the colours that are chosen to the settings file"),
    Action("screenshot", (NO_KEY,), "app", "Save a picture of the screen (SVG)"),
    Action("quit", ("ctrl+q",), "app", "End siptrace"),
    # -- in what a screen lists
    Action("up", ("up", "k"), "move", "Move up", run="move(-1)"),
    Action("down", ("down", "j"), "move", "Move down", run="move(1)"),
    Action("page_up", ("pageup", "ctrl+b"), "move", "Move up by a page", run="page(-1.0)"),
    Action("page_down", ("pagedown", "ctrl+f"), "move", "Move down by a page", run="page(1.0)"),
    Action("half_up", ("ctrl+u",), "move", "Move up by half a page", run="page(-0.5)"),
    Action("half_down", ("ctrl+d",), "move", "Move down by half a page", run="page(0.5)"),
    Action("first", ("home", "ctrl+a"), "move", "Go to the first one", run="move(-1000000000)"),
    Action("last", ("end", "ctrl+e"), "move", "Go to the last one", run="move(1000000000)"),
    # -- on any screen
    Action("help", ("f1", "h", "H", "question_mark"), "any", "Show this help", "Help", run="app.keys('{place}')"),
    Action("back", ("escape", "q", "Q"), "any", "Go back; from the list: leave siptrace", "Back"),
    # -- the list of calls
    Action("open", ("enter",), "list", "Show the ladder of the call, or of all selected ones", "Ladder"),
    Action("select", ("space",), "list", "Select the call, or no longer", "Select"),
    Action("save", ("f2", "s", "S"), "list", "Save the selected calls, or those that are listed", "Save"),
    Action("filter", ("f3", "slash", "tab"), "list", "Filter by an expression", "Filter"),
    Action("extended", ("f4", "x"), "list", "Show the ladder with all legs of the call", "Extended"),
    Action("clear", ("f5", "ctrl+l"), "list", "Drop filter and selection, bring back what F9 dropped", "Clear"),
    Action("raw", ("f6", "r", "R"), "list", "Show the messages of the call as they are", "Raw"),
    Action("quick", ("f7", "f", "F"), "list", "Filter by method, state and problem", "Quick filter"),
    Action("columns", ("f10", "t", "T"), "list", "Choose the columns and their order", "Columns"),
    Action("settings", ("f8", "o", "O"), "list", "Show the settings, and where their file is", run="app.settings"),
    Action("statistics", ("i",), "list", "Show what is in the trace: methods, answers, states, flows", "Statistics"),
    Action("sort_left", ("less_than_sign",), "list", "Sort by the column to the left", run="sort(-1)"),
    Action("sort_right", ("greater_than_sign",), "list", "Sort by the column to the right", run="sort(1)"),
    Action("reverse", ("z",), "list", "Turn the order round"),
    Action("pause", ("p",), "list", "Have reading wait, or go on", run="app.pause"),
    Action("follow", ("A",), "list", "Stay on the last call while the trace grows, or no longer"),
    Action("versus", ("D",), "list", "Compare two selected calls step by step, or the selected one with this one"),
    Action("keep", ("f9",), "list", "Keep only the calls that are listed: the others are out of it until F5"),
    Action("window", ("w",), "list", "Pick a window in time from the strip of calls", "Time"),
    Action("timeline", ("W",), "list", "Show or hide the strip of calls over time"),
    Action("hints", ("K",), "list", "Show or hide the keys at the bottom"),
    # -- the filter bar, and the strip of calls over time
    Action("accept", ("tab",), "filter", "Write what is offered (so does Right at the end)", "Write"),
    Action("next", ("down",), "filter", "Go to the next thing that is offered", "Next", run="choose(1)"),
    Action("previous", ("up",), "filter", "Go to the thing before", run="choose(-1)"),
    Action("pick", ("enter",), "time", "List the calls of what is marked", "Pick"),
    Action("mark", ("space",), "time", "Mark the begin, then the end", "Mark"),
    Action("later", ("right", "l"), "time", "Go on", run="step(1)"),
    Action("earlier", ("left",), "time", "Go back in time", run="step(-1)"),
    Action("much_later", ("pagedown", "ctrl+f"), "time", "Go on ten bars", run="step(10)"),
    Action("much_earlier", ("pageup", "ctrl+b"), "time", "Go back ten bars", run="step(-10)"),
    Action("widen_later", ("shift+right",), "time", "Go on and mark", run="widen(1)"),
    Action("widen_earlier", ("shift+left",), "time", "Go back and mark", run="widen(-1)"),
    Action("first", ("home", "ctrl+a"), "time", "Go to the begin", run="step(-1000000000)"),
    Action("last", ("end", "ctrl+e"), "time", "Go to the end", run="step(1000000000)"),
    # -- the ladder
    Action("raw", ("enter",), "ladder", "Show the message as it is", "Message"),
    Action("messages", ("f6", "r", "R"), "ladder", "Show all messages of the call as they are"),
    Action("select", ("space",), "ladder", "Select the message; the second one is compared with the first", "Compare"),
    Action("sdp", ("f2", "d"), "ladder", "Show or hide what session descriptions say", "SDP"),
    Action("media", ("f3", "m"), "ladder", "Show or hide the reference flow: steps, what is missing, media", "Flow"),
    Action("extended", ("f4", "x"), "ladder", "Show all legs of the call, or one Call-ID", "Extended"),
    Action("clock", ("w",), "ladder", "Show the time of day, the time since the start, or since the message before"),
    Action("compress", ("f5", "s"), "ladder", "One lane an address; without retransmissions and 100; all", "Compress"),
    Action("colours", ("f7", "c"), "ladder", "Colour by kind of message, CSeq or dialog", "Colours"),
    Action("syntax", ("f8", "C"), "ladder", "Show the message in colours, or without"),
    Action("names", ("f9", "a"), "ladder", "Call the lanes by their names, or by their addresses alone"),
    Action("only_sdp", ("D", "M"), "ladder", "Show only messages with session descriptions, and media"),
    Action(
        "next_finding",
        ("right_square_bracket",),
        "ladder",
        "Go to the next message with something wrong",
        run="finding(1)",
    ),
    Action(
        "previous_finding",
        ("left_square_bracket",),
        "ladder",
        "Go to the message before with something wrong",
        run="finding(-1)",
    ),
    Action("versus", ("v",), "ladder", "Compare the two calls of the ladder step by step"),
    Action("preview", ("t",), "ladder", "Show or hide the message beside the ladder"),
    Action("grow", ("9",), "ladder", "Make the message wider", run="give(1)"),
    Action("shrink", ("0",), "ladder", "Make the ladder wider", run="give(-1)"),
    Action("reset", ("T",), "ladder", "Show everything as it was at first"),
    Action("save", ("S",), "ladder", "Save the ladder", "Save"),
    Action("copy", ("y",), "ladder", "Copy the ladder as text"),
    Action("find", ("slash",), "ladder", "Find text in the messages", "Find"),
    Action("find_next", ("n",), "ladder", "Go to the next message with that text"),
    Action("find_previous", ("N",), "ladder", "Go to the message before with that text"),
    # -- a message, and two beside each other
    Action("explain", ("e",), "message", "Explain the message, or show it as it is", "Explain"),
    Action("next", ("right", "n"), "message", "Show the next message", "Next"),
    Action("previous", ("left", "N"), "message", "Show the message before", "Previous"),
    Action("save", ("s", "S"), "message", "Save the message", "Save"),
    Action("save", ("s", "S"), "raw", "Save the messages", "Save"),
    Action("all", ("a",), "diff", "Show what always differs, or hide it", "All"),
    # -- two calls beside each other
    Action("open", ("enter", "f6", "r", "R"), "calls", "Compare the messages of the step, or show the one", "Message"),
    Action("next", ("right_square_bracket", "n"), "calls", "Go to the next step that differs", "Next"),
    Action("previous", ("left_square_bracket", "N"), "calls", "Go to the step before that differs", "Previous"),
    Action("all", ("a",), "calls", "Show the steps that are equal, or hide them", "All"),
    # -- forms
    Action("other", ("tab",), "save", "Save something else: ladders, messages, another table"),
    Action("apply", ("enter", "f10"), "columns", "Show the columns that are ticked"),
    Action("tick", ("space",), "columns", "Tick the column, or no longer"),
    Action("later", ("plus",), "columns", "Move the column to the right", run="shift(1)"),
    Action("earlier", ("minus",), "columns", "Move the column to the left", run="shift(-1)"),
    Action("default", ("d",), "columns", "Tick the columns of the beginning"),
    Action("keep", ("s",), "columns", "Show what is ticked, and write it to the settings file"),
    Action("apply", ("enter", "f7"), "quick", "Filter by what is ticked"),
    Action("tick", ("space",), "quick", "Tick it, or no longer"),
    Action("leave", ("enter", "y", "q", "Q"), "leave", "Leave siptrace"),
    Action("back", ("escape", "n"), "leave", "Stay"),
    Action("write", ("w",), "settings", "Write a settings file where there is none yet"),
    Action("back", ("escape", "q", "Q", "f8", "o", "O", "enter"), "settings", "Go back", "Back"),
    Action("back", ("escape", "q", "Q", "enter"), "help", "Go back", "Back"),
    Action("help", ("f1", "h", "H", "question_mark"), "help", "Leave the help", run="back"),
)
"""Every action; the keys of one place do one thing each."""

PLACES = tuple(dict.fromkeys(action.place for action in ACTIONS))
"""Where actions are."""

_ALONE = ("any", "app", "move")
"""The places that are no screens."""


def actions_of(place: str) -> list[Action]:
    """Return the actions of a place; on a screen, first its own and then those of any screen that it has no own for."""
    own = [action for action in ACTIONS if action.place == place]
    names = {action.name for action in own}
    return own if place in _ALONE else own + [action for action in actions_of("any") if action.name not in names]


def bindings(place: str) -> list[Binding]:
    """Return the bindings of a place; each can be bound to other keys by its name, `PLACE.ACTION`."""
    return [_binding(place, action) for action in actions_of(place)]


def _binding(place: str, action: Action) -> Binding:
    """Return an action as Textual knows it; those of the application come before all others."""
    return Binding(
        ",".join(action.keys),
        action.runs(place),
        action.label or action.meaning,
        show=bool(action.label) and place != "app",
        key_display=shown_key(action.keys[0]),
        priority=place == "app",
        id=f"{place}.{action.name}",
    )
