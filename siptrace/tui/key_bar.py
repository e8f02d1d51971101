"""The keys of a screen in its last line. Textual's own `Footer` is a widget a key, which takes a tenth of a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from siptrace.tui.steady import Steady

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events
    from textual.binding import Binding

__all__ = ["KeyBar"]

_FIRST = ("back", "help")
"""Actions whose keys come first: they are the last ones that a narrow screen may lose."""

_GAP = "  "


class KeyBar(Steady):
    """The keys that have a label, in one line; a click on one presses it."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; background: $footer-background; color: $footer-foreground; }
    """

    _shown: Sequence[tuple[str, str, str]] = ()

    def on_mount(self) -> None:
        """Keep up with the keys, which are others in an input."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._look())

    def render(self) -> Content:
        """Return the line."""
        self._shown = [*self._keys()]
        parts = (
            (Content.styled(key, "bold $footer-key-foreground"), f" {label}{_GAP}") for key, label, _ in self._shown
        )
        return Content.assemble(*(piece for part in parts for piece in part))

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        end = 0
        for key, label, pressed in self._shown:
            begin, end = end, end + len(f"{key} {label}{_GAP}")
            if begin <= event.x < end - len(_GAP):
                self.app.simulate_key(pressed)

    def _look(self) -> None:
        """Draw other keys; the same ones come several times with many a key, and a frame each takes time."""
        if self._shown != [*self._keys()]:
            self.refresh()

    def _keys(self) -> Iterator[tuple[str, str, str]]:
        """Yield each key as it is shown, its label, and Textual's name of it."""
        shown: dict[str, Binding] = {}
        for active in self.screen.active_bindings.values():
            if active.binding.show and active.enabled:
                shown.setdefault(active.binding.action, active.binding)
        for binding in sorted(shown.values(), key=lambda one: (one.id or "").rpartition(".")[2] not in _FIRST):
            yield self.app.get_key_display(binding), binding.description, binding.key
