"""The tables of the benchmark."""

from __future__ import annotations

from bench.keys import Waits
from bench.measure import Cost, Tool
from bench.report import comparison, growth, times, waiting

MB = 1_000_000


def test_comparison_gives_medians_and_how_many_times_the_first() -> None:
    tools = [
        Tool("siptrace", [], costs=[Cost(1, 100 * MB, 50 * MB), Cost(3, 100 * MB, 50 * MB), Cost(2, 90 * MB, 40 * MB)]),
        Tool("other", [], costs=[Cost(5, 250 * MB, 0)], trouble="stopped after 9 s"),
        Tool("third", [], trouble="not installed"),
    ]
    assert comparison(tools).splitlines() == [
        "          runs  seconds  least   most  times  peak MB  times  private MB",
        "siptrace     3    2.000  1.000  3.000  1.00x    100.0  1.00x        50.0",
        "other        1    5.000  5.000  5.000  2.50x    250.0  2.50x           -",
        "other: stopped after 9 s",
        "third: not installed",
    ]


def test_tools_may_stand_under_other_names() -> None:
    tools = [Tool("same", [], costs=[Cost(1, MB, MB)]), Tool("same", [], trouble="gone")]
    lines = comparison(tools, names=["plain", "odd"]).splitlines()
    assert lines[1].startswith("plain  ")
    assert lines[2] == "odd: gone"


def test_growth_tells_what_a_further_message_costs() -> None:
    tools = [Tool("x", [], costs=[Cost(seconds, peak * MB, 0)]) for seconds, peak in ((1, 10), (3, 30))]
    heads, first, second = growth([1000, 2000], tools).splitlines()
    assert heads.split("  ")[0] == "messages"
    assert first.split() == ["1,000", "1.000", "1000.00", "10.0"]
    assert second.split() == ["2,000", "3.000", "1500.00", "2000.00", "30.0", "20000"]


def test_growth_leaves_out_what_was_not_measured() -> None:
    tools = [Tool("x", [], costs=[Cost(1, MB, 0)]), Tool("x", [], trouble="stopped after 9 s"), Tool("x", [])]
    lines = growth([1000, 2000, 3000], tools).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["1,000", "2,000", "3,000"]
    assert "stopped after 9 s" in lines[2]


def test_waiting_holds_the_whole_list_beside_the_calls_of_the_command_line() -> None:
    small = Waits(0.5, 0.6, 70, {"down": [20, 30, 10]}, {"down": [60, 60, 60]})
    large = Waits(0.6, 9.9, 340, {"down": [40, 90, 50]}, {"down": [70, 80, 75]})
    calls, whole = (Tool("x", [], costs=[Cost(seconds, 300 * MB, 0)]) for seconds in (2, 2.5))
    lines = waiting([small, large], calls, whole).splitlines()
    assert lines[1].split()[-2:] == ["0.50", "0.60"]
    assert lines[5] == "the whole list: 2.50 s, 1.25x its time"
    assert lines[-1].split() == ["down", "20", "50", "90", "75"]


def test_no_ratio_to_nothing() -> None:
    assert (times(3, 2), times(3, 0), times(0, 3)) == ("1.50x", "-", "-")
