"""What can be saved: the name of the file says how, it is written whole, and never over another by accident."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from siptrace.errors import OutputError, UsageError
from siptrace.ladder.build import build_ladder
from siptrace.render.explain import explain
from siptrace.render.formats import FORMATS, Many
from siptrace.render.text import render_text
from siptrace.tui.aliases import NO_ALIASES, Aliases
from siptrace.tui.saving import RAW, Offer, Stopped, Watch, calls_offers, ladder_offer, message_offer, save
from tests.tui.driving import PATHS, trace

if TYPE_CHECKING:
    from pathlib import Path

TRACE = trace()


def offers(*calls: int, aliases: Aliases = NO_ALIASES) -> dict[str, Offer]:
    """Return what can be saved of some calls by the word that sets it apart."""
    found = calls_offers(TRACE, calls, aliases)
    names = ("calls", "raw", "ladders", "flows", "dialogs", "messages", "transactions")
    return dict(zip(names, found, strict=True))


def saved(offer: Offer, path: Path, *, force: bool = False) -> str:
    """Save and return what is said of it."""
    return save(offer, str(path), PATHS, Watch(), force=force)


def test_calls_become_a_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert saved(offers(2, 6)["calls"], path) == f"2 calls are in {path}."
    with path.open(newline="") as file:
        assert [row["call"] for row in csv.DictReader(file)] == ["2", "6"]


def test_calls_become_json(tmp_path: Path) -> None:
    saved(offers(6)["calls"], tmp_path / "x.json")
    assert [one["state"] for one in json.loads((tmp_path / "x.json").read_text())] == ["busy"]


@pytest.mark.parametrize(
    ("what", "name", "calls", "said"),
    [
        ("calls", "Mine.csv", [2], "1 call is in"),
        ("messages", "Mine.CSV", [2, 5], "The messages of 2 calls as a table are in"),
        ("raw", "Mine.txt", [2], "The messages of 1 call as text are in"),
        ("ladders", "Mine.txt", [2], "The ladder of 1 call is in"),
        ("flows", "Mine.txt", [2, 3], "The ladders of 2 calls with reference flows are in"),
    ],
)
def test_what_was_saved_is_said_with_the_path_as_it_was_written(
    what: str, name: str, calls: list[int], said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    assert saved(offers(*calls)[what], path) == f"{said} {path}."


@pytest.mark.parametrize("what", ["messages", "transactions", "dialogs"])
def test_what_belongs_to_calls_becomes_a_table(what: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    saved(offers(2, 5)[what], path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["call"] for row in rows} == {"2", "5"}
    assert len(rows) == sum(len(getattr(TRACE.call(call), what)) for call in (2, 5))


def test_calls_become_messages(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    saved(calls_offers(TRACE, [2], NO_ALIASES)[RAW], path)
    content = path.read_bytes()
    assert all(message.raw in content for message in TRACE.call(2).messages)


def test_calls_become_ladders_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    saved(offers(2, 6)["ladders"], path)
    texts = [render_text(build_ladder(TRACE.call(call)), width=100) for call in (2, 6)]
    assert path.read_text("utf-8") == "\n".join(texts)
    saved(offers(6)["flows"], tmp_path / "y.txt")
    assert "rfc3665-3.9" in (tmp_path / "y.txt").read_text("utf-8")


def test_one_ladder_becomes_all_that_there_is_and_several_what_has_room_for_them() -> None:
    every = {form.suffix for form in FORMATS.values()}
    assert set(offers(2)["ladders"].ends) == every
    assert set(offers(2, 3)["flows"].ends) == {form.suffix for form in FORMATS.values() if form.many is not Many.NEVER}
    assert set(ladder_offer(build_ladder(TRACE.call(2))).ends) == every


def test_lanes_have_the_names_that_they_have_on_the_screen(tmp_path: Path) -> None:
    saved(offers(2, aliases=Aliases({"192.0.2.0/24": "somebody"}))["ladders"], tmp_path / "x.txt")
    assert "somebody" in (tmp_path / "x.txt").read_text("utf-8")


def test_every_offer_has_a_name_that_it_can_be_saved_under() -> None:
    for offer in (*offers(2).values(), *offers(2, 3).values(), message_offer(TRACE.message(1))):
        assert offer.end_of(offer.name) is not None


def test_a_ladder_becomes_what_the_name_says(tmp_path: Path) -> None:
    ladder = build_ladder(TRACE.call(2))
    assert saved(ladder_offer(ladder), tmp_path / "x.txt") == f"The ladder is in {tmp_path}/x.txt."
    assert (tmp_path / "x.txt").read_text("utf-8") == render_text(ladder, width=100)


def test_a_message_is_saved_as_it_is_or_explained(tmp_path: Path) -> None:
    message = TRACE.message(3)
    assert saved(message_offer(message), tmp_path / "x.SIP") == f"Message 3 is in {tmp_path}/x.SIP."
    assert (tmp_path / "x.SIP").read_bytes() == message.raw
    saved(message_offer(message), tmp_path / "x.txt")
    assert (tmp_path / "x.txt").read_text() == explain(message)
    with pytest.raises(UsageError):
        saved(message_offer(message), tmp_path / "x.txt")


@pytest.mark.parametrize("name", ["x", "x.docx", "x.csv.bak"])
def test_a_name_that_says_nothing_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the end of the name says no format"):
        saved(offers(2)["calls"], tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_another_file_is_safe_and_so_is_the_trace(tmp_path: Path) -> None:
    offer = offers(2)["calls"]
    (tmp_path / "x.csv").write_text("mine")
    with pytest.raises(UsageError):
        saved(offer, tmp_path / "x.csv")
    with pytest.raises(OutputError):
        saved(offer, tmp_path / "no" / "x.csv")
    (tmp_path / "y.csv").symlink_to(PATHS[0])
    with pytest.raises(UsageError):
        saved(offer, tmp_path / "y.csv", force=True)
    assert (tmp_path / "x.csv").read_text() == "mine"


@pytest.mark.parametrize("what", ["calls", "raw", "ladders", "messages"])
def test_what_is_stopped_leaves_the_file_as_it_was(what: str, tmp_path: Path) -> None:
    offer, watch = offers(*range(1, 7))[what], Watch()
    path = tmp_path / offer.name
    path.write_text("mine")
    watch.stopped = True
    with pytest.raises(Stopped):
        save(offer, str(path), PATHS, watch, force=True)
    assert [one.read_text() for one in tmp_path.iterdir()] == ["mine"]


def test_how_much_is_written_is_counted(tmp_path: Path) -> None:
    for name, end in (("calls", ".csv"), ("raw", ".txt"), ("messages", ".parquet")):
        path, watch = tmp_path / f"{name}{end}", Watch()
        save(offers(2, 3)[name], str(path), PATHS, watch, force=False)
        assert watch.written == path.stat().st_size > 0
