"""`siptrace match`: the reference flow of each call, what differs and why that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siptrace.cli.options import WhichCalls, as_json, flows_dir, known_flows, opened, traces, which_calls
from siptrace.cli.output import page_width, table, width, write, write_json
from siptrace.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from siptrace.correlate.expect import Outcome
    from siptrace.correlate.explain import Deviation
    from siptrace.correlate.judge import Judgement
    from siptrace.correlate.match import Match
    from siptrace.correlate.model import Flow
    from siptrace.reconstruct.model import Call
    from siptrace.trace import Trace

__all__ = ["match"]

_MIN_SCORE = 0.95
"""As `siptrace.correlate.expect.MIN_SCORE`, which help must not import."""


def _judged(calls: Iterable[Call], flows: tuple[Flow, ...]) -> Iterator[Judgement]:
    """Yield the calls, each held against the flows."""
    from siptrace.correlate.judge import judge  # noqa: PLC0415  (help must not pay for it)

    return (judge(call, flows) for call in calls)


def _write_apart(texts: Iterable[str]) -> None:
    """Write texts, each as soon as it is there, with an empty line between two."""
    for index, text in enumerate(texts):
        write(text if index == 0 else "\n" + text)


def _write_each(judgements: Iterable[Judgement], *, as_json: bool) -> None:
    """Write what each call is."""
    if as_json:
        from siptrace.render.json import match_object  # noqa: PLC0415

        write_json(map(match_object, judgements), at_once=20)
        return
    from siptrace.render.matching import match_text  # noqa: PLC0415

    _write_apart(match_text(judgement, page_width()) for judgement in judgements)


def _surveyed(trace: Trace, flows: tuple[Flow, ...]) -> Iterator[tuple[Match | None, Sequence[Deviation], int]]:
    """Yield how calls go, with the deviations of the first that goes so and the number of all that do."""
    from collections import Counter  # noqa: PLC0415  (help must not pay for it)

    from siptrace.correlate.explain import explain  # noqa: PLC0415
    from siptrace.correlate.survey import survey  # noqa: PLC0415

    found = survey(trace.overview, flows)
    first = {kind: call for call, kind in reversed(list(enumerate(found.of_call)))}
    for kind, count in Counter(found.of_call).items():
        match = found.matches[kind]
        alike = () if match is None or not match.deviates else explain(match, trace.calls[first[kind]].messages)
        yield match, alike, count


def _write_summary(counted: Iterable[tuple[Match | None, Sequence[Deviation], int]], *, as_json: bool) -> None:
    """Write how many calls follow each flow, and how many leave it in each way."""
    from siptrace.render.matching import SUMMARY_HEADS, Summary  # noqa: PLC0415

    summary = Summary()
    for found, deviations, calls in counted:
        summary.add(found, deviations, calls)
    if as_json:
        from siptrace.render.json import summary_object  # noqa: PLC0415

        write_json([summary_object(summary)])
        return
    write(table(SUMMARY_HEADS[0], summary.flow_rows(), right=(0,), elastic=(2,), limit=width()))
    if summary.deviations:
        write("\n" + table(SUMMARY_HEADS[1], summary.deviation_rows(), right=(0,), elastic=(3,), limit=width()))
    write(f"\n{summary.total()}\n")


def _write_expected(held: Sequence[tuple[Judgement, Outcome]], expected: str, *, as_json: bool) -> None:
    """Write whether calls follow the flow that they should: the deviations of those that do not, or one line."""
    if as_json:
        from siptrace.render.json import expected_object  # noqa: PLC0415

        write_json(expected_object(judgement, expected, found) for judgement, found in held)
        return
    from siptrace.render.matching import complaint_text  # noqa: PLC0415
    from siptrace.render.words import percent  # noqa: PLC0415

    failed = [(judgement, found) for judgement, found in held if not found.follows]
    _write_apart(complaint_text(judgement, expected, found, page_width()) for judgement, found in failed)
    if not failed:
        least = min(found.match.score for _, found in held if found.match is not None)
        count = "1 call follows" if len(held) == 1 else f"{len(held)} calls follow"
        write(f"{count} {expected}, {percent(least)}{'' if len(held) == 1 else ' or better'}\n")


def _expect(
    calls: Sequence[Call], flows: tuple[Flow, ...], expected: str, min_score: float, *, as_json: bool, one: bool
) -> ExitCode:
    """Hold calls against the flow that they should follow, and say how it went.

    Unless `one` call was asked for, only those count that are of the flow's kind.
    """
    from siptrace.correlate.expect import kind_of_flow, outcome  # noqa: PLC0415

    flow = next((flow for flow in flows if flow.id == expected), None)
    if flow is None:
        raise UsageError(f"There is no reference flow {expected!r}; `siptrace flows` lists them.")
    kind = kind_of_flow(flow)
    counted = [call for call in calls if one or call.kind is kind]
    held = [(judged, outcome(judged, expected, min_score)) for judged in _judged(counted, flows)]
    if not held:
        write("" if as_json else f"no {kind} in this trace follows {expected}: there is none\n")
        return ExitCode.FINDINGS
    _write_expected(held, expected, as_json=as_json)
    return ExitCode.DONE if all(found.follows for _, found in held) else ExitCode.FINDINGS


@click.command()
@traces
@which_calls
@as_json
@click.option("--summary", is_flag=True, help="Count the calls of each flow, and of each deviation.")
@click.option("--expect", metavar="FLOW-ID", help="Exit with 1 unless the calls follow this flow.")
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    default=_MIN_SCORE,
    show_default=True,
    help="The score, 0 to 1, that --expect asks for.",
)
@flows_dir
def match(
    traces: tuple[str, ...],
    which: WhichCalls,
    as_json: bool,
    summary: bool,
    expect: str | None,
    min_score: float,
    flows_dir: str | None,
) -> None:
    """Name the reference flow that each call follows, and explain every deviation.

    A flow is named with its score: the share of the call and of what the trace shows of the flow that agree. Where
    other flows fit as well from where the trace was taken, they are named too.

    With --expect a call passes when no other flow fits better and its score is high enough. Without --call or
    --call-id only calls of the flow's kind count: a registration beside an expected call is no failure. A trace
    without any such call is one.
    """
    if summary and expect is not None:
        raise UsageError("Give either --summary or --expect, not both.")
    flows = known_flows(flows_dir)
    trace = opened(traces)
    calls = which.of(trace, flows)
    if expect is not None:
        raise SystemExit(_expect(calls, flows, expect, min_score, as_json=as_json, one=which.is_one))
    if summary:
        judged = ((found.match, found.deviations, 1) for found in _judged(calls, flows))
        _write_summary(_surveyed(trace, flows) if which.is_all else judged, as_json=as_json)
    else:
        _write_each(_judged(calls, flows), as_json=as_json)
