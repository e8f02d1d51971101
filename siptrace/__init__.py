"""siptrace: open a SIP trace and have its calls, dialogs, transactions and messages as values.

    import siptrace

    trace = siptrace.open_trace("call.pcap")
    for call in trace.calls:
        print(call.n, call.kind, call.state, call.from_uri, call.to_uri)

The names are imported when they are first used, so `import siptrace` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siptrace.correlate.expect import FlowNotFollowed, expect_flow
    from siptrace.correlate.explain import Deviation
    from siptrace.correlate.judge import Judgement, judge
    from siptrace.correlate.model import FlowError, load_flow
    from siptrace.errors import Anomaly, InputError, SiptraceError, UsageError
    from siptrace.reconstruct.call import CallState, Kind
    from siptrace.reconstruct.model import Call, Dialog, TracedMessage, Transaction
    from siptrace.sip.message import Message
    from siptrace.sip.parse import parse
    from siptrace.trace import Trace, open_trace

__version__ = "0.1.0"

_HOMES = {
    "Anomaly": "siptrace.errors",
    "Call": "siptrace.reconstruct.model",
    "CallState": "siptrace.reconstruct.call",
    "Deviation": "siptrace.correlate.explain",
    "Dialog": "siptrace.reconstruct.model",
    "FlowError": "siptrace.correlate.model",
    "FlowNotFollowed": "siptrace.correlate.expect",
    "InputError": "siptrace.errors",
    "Judgement": "siptrace.correlate.judge",
    "Kind": "siptrace.reconstruct.call",
    "Message": "siptrace.sip.message",
    "SiptraceError": "siptrace.errors",
    "Trace": "siptrace.trace",
    "TracedMessage": "siptrace.reconstruct.model",
    "Transaction": "siptrace.reconstruct.model",
    "UsageError": "siptrace.errors",
    "expect_flow": "siptrace.correlate.expect",
    "judge": "siptrace.correlate.judge",
    "load_flow": "siptrace.correlate.model",
    "open_trace": "siptrace.trace",
    "parse": "siptrace.sip.parse",
}

__all__ = [
    "Anomaly",
    "Call",
    "CallState",
    "Deviation",
    "Dialog",
    "FlowError",
    "FlowNotFollowed",
    "InputError",
    "Judgement",
    "Kind",
    "Message",
    "SiptraceError",
    "Trace",
    "TracedMessage",
    "Transaction",
    "UsageError",
    "__version__",
    "expect_flow",
    "judge",
    "load_flow",
    "open_trace",
    "parse",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562); raises AttributeError for any other."""
    if name not in _HOMES:
        raise AttributeError(f"module 'siptrace' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
