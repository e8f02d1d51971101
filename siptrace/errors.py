"""Everything that can go wrong, named once: exceptions, exit codes and anomalies.

Two kinds of trouble never mix. A *packet* never raises: what is cut, malformed or over a limit becomes an
`Anomaly`, which is counted and shown. The *user's request* may fail, and then one of these is raised:

    SiptraceError           exit code 2
    ├── UsageError          exit code 2: the words of the call make no sense
    ├── MissingTool         exit code 2: a program or library that this needs is not installed
    ├── OutputError         exit code 2: a file cannot be written
    └── InputError          exit code 3: the input cannot be read
        ├── MissingInput        nothing at that path
        ├── UnreadableInput     the system refuses to read it, or it is damaged from the first byte
        ├── UnrecognisedInput   neither a capture nor a log that we know
        └── EmptyInput          nothing to read in there

Every message is one sentence for the person at the terminal. `NativeError` stays inside: it chooses the plain path for
large traces. Anything else that is raised is a bug.
"""

from __future__ import annotations

from collections import Counter
from enum import IntEnum, StrEnum
from typing import NamedTuple, Self

__all__ = [
    "KEPT_PER_CODE",
    "Anomaly",
    "AnomalyCode",
    "AnomalyLog",
    "EmptyInput",
    "ExitCode",
    "InputError",
    "MissingInput",
    "MissingTool",
    "NativeError",
    "OutputError",
    "SiptraceError",
    "UnreadableInput",
    "UnrecognisedInput",
    "UsageError",
]


class ExitCode(IntEnum):
    """What the process says when it ends."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    UNREADABLE = 3
    INTERRUPTED = 130


class SiptraceError(Exception):
    """The root of every error that is raised on purpose; `exit_code` is what the command line returns."""

    exit_code = ExitCode.USAGE


class UsageError(SiptraceError):
    """The request itself makes no sense: an unknown call number, two options that exclude each other."""


class MissingTool(SiptraceError):
    """A program or library that only this request needs is not installed; the text names it."""


class OutputError(SiptraceError):
    """A file cannot be written; the text names the path and the reason."""


class InputError(SiptraceError):
    """The input cannot be read; the text names the path and the reason."""

    exit_code = ExitCode.UNREADABLE


class MissingInput(InputError):
    """There is nothing at the path."""


class UnreadableInput(InputError):
    """The system refuses to read the path, or its content is damaged from the first byte."""


class UnrecognisedInput(InputError):
    """The content is neither a capture nor a text log in a dialect that we know."""


class EmptyInput(InputError):
    """There is nothing to read: an empty file, a directory without traces."""


class NativeError(Exception):
    """There is no machine code for large traces: numba is missing or refuses. The plain path does it, more slowly."""


class AnomalyCode(StrEnum):
    """The frozen names of everything that can be wrong with what was read.

    The value is the code that `--json` prints and others may rely on: codes are added, never renamed. `meaning` says
    what is wrong in a line, `rfc` which text says so (empty where it is the file and not the protocol).
    """

    meaning: str
    rfc: str

    def __new__(cls, code: str, meaning: str, rfc: str = "") -> Self:
        """Make a member that is equal to its code and carries its meaning and source."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        member.rfc = rfc
        return member

    # -- the file
    CUT_TAIL = "cut-tail", "the file ends inside a record"
    BAD_RECORD = "bad-record", "a record of the file makes no sense and was passed over"
    BAD_COMPRESSION = "bad-compression", "the compressed data ends early or is damaged"
    UNKNOWN_LINK = "unknown-link", "a link type that is not decoded"
    SNAPPED = "snapped", "the capture kept only the first bytes of a packet that carries SIP"
    TIME_UNKNOWN = "time-unknown", "the log gives a time of day without a date, or no time at all"
    LOG_CUT = "log-cut", "a message in the log ends before its header says it does"
    # -- network and transport
    BAD_PACKET = "bad-packet", "a packet's headers contradict its length"
    FRAGMENT_MISSING = "fragment-missing", "an IP datagram lacks fragments", "RFC 791 3.2"
    FRAGMENT_OVERLAP = "fragment-overlap", "fragments of an IP datagram overlap", "RFC 5722"
    TOO_MANY_FRAGMENTS = "too-many-fragments", "more unfinished datagrams than are kept; the oldest was given up"
    TCP_GAP = "tcp-gap", "bytes of a TCP stream are missing from the capture", "RFC 9293 3.4"
    TCP_OVERLAP = "tcp-overlap", "TCP segments overlap with different bytes; the first ones stand", "RFC 9293 3.4"
    TCP_MIDSTREAM = "tcp-midstream", "the capture begins inside a TCP stream; bytes before its first message are lost"
    TCP_TOO_MANY_STREAMS = "tcp-too-many-streams", "more open TCP streams than are kept; the oldest was given up"
    STREAM_CUT = "stream-cut", "a stream ends inside a message", "RFC 3261 18.3"
    STREAM_GARBAGE = (
        "stream-garbage",
        "bytes of a SIP stream belong to no message and were passed over",
        "RFC 3261 18.3",
    )
    # -- the message as a whole
    MESSAGE_TOO_LARGE = "message-too-large", "a message is larger than the limit and was cut"
    TOO_MANY_HEADERS = "too-many-headers", "more header fields than the limit; the rest was not read"
    NOT_TEXT = "not-text", "bytes that are not UTF-8 where text is expected", "RFC 3261 7"
    NO_BLANK_LINE = "no-blank-line", "the header section is not closed by an empty line", "RFC 3261 7"
    BARE_LINE_END = "bare-line-end", "lines end with LF or CR alone instead of CRLF", "RFC 3261 7"
    TRAILING_BYTES = "trailing-bytes", "bytes follow the message in its datagram", "RFC 3261 18.3"
    BODY_CUT = "body-cut", "Content-Length is larger than the body", "RFC 3261 18.3"
    # -- the start line
    BAD_START_LINE = "bad-start-line", "the first line is neither a request nor a status line", "RFC 3261 7.1"
    BAD_VERSION = "bad-version", "the protocol version is not SIP/2.0", "RFC 3261 7.1"
    BAD_METHOD = "bad-method", "the method is not a token", "RFC 3261 25.1"
    BAD_STATUS = "bad-status", "the status code is not a number from 100 to 699", "RFC 3261 7.2"
    EXTRA_SPACE = "extra-space", "more than one space in, or spaces at the end of, the start line", "RFC 3261 7.1"
    BAD_REQUEST_URI = "bad-request-uri", "the Request-URI is malformed", "RFC 3261 19.1.1"
    BRACKETED_REQUEST_URI = "bracketed-request-uri", "the Request-URI stands in angle brackets", "RFC 3261 7.1"
    HEADERS_IN_REQUEST_URI = "headers-in-request-uri", "the Request-URI carries header fields", "RFC 3261 19.1.1"
    # -- header fields
    BAD_HEADER_LINE = "bad-header-line", "a line of the header section has no colon or no name", "RFC 3261 7.3.1"
    MISSING_HEADER = "missing-header", "a header field that every message must have is missing", "RFC 3261 8.1.1"
    REPEATED_HEADER = "repeated-header", "a header field that may stand only once is repeated", "RFC 3261 7.3.1"
    BAD_HEADER = "bad-header", "a header field value breaks its grammar", "RFC 3261 25.1"
    EMPTY_ELEMENT = "empty-element", "an empty element in a list or parameter list", "RFC 3261 25.1"
    REPEATED_PARAMETER = (
        "repeated-parameter",
        "a parameter stands twice in one value; the first counts",
        "RFC 3261 7.3.1",
    )
    BAD_VIA = "bad-via", "a Via value is malformed", "RFC 3261 20.42"
    BAD_CSEQ = "bad-cseq", "CSeq is not a number below 2**31 and a method", "RFC 3261 20.16"
    CSEQ_MISMATCH = "cseq-mismatch", "the method in CSeq is not the method of the request", "RFC 3261 8.1.1.5"
    BAD_CONTENT_LENGTH = "bad-content-length", "Content-Length is not one non-negative number", "RFC 3261 20.14"
    BAD_ADDRESS = "bad-address", "a From, To, Contact or route value is malformed", "RFC 3261 20.10"
    UNBRACKETED_URI = "unbracketed-uri", "a URI with comma, question mark or semicolon lacks <>", "RFC 3261 20"
    UNCLOSED_QUOTE = "unclosed-quote", "a quoted string is not closed", "RFC 3261 25.1"
    BAD_URI = "bad-uri", "a URI is malformed", "RFC 3261 19.1.1"
    BAD_NUMBER = "bad-number", "a number is negative, too large or not a number", "RFC 3261 25.1"
    BAD_DATE = "bad-date", "Date is not an RFC 1123 date in GMT", "RFC 3261 20.17"
    BAD_AUTH = "bad-auth", "a challenge or credentials value is malformed", "RFC 3261 25.1"
    NO_BRANCH = "no-branch", "the top Via has no branch of RFC 3261, so the RFC 2543 rules apply", "RFC 3261 17.2.3"
    EMPTY_BRANCH = "empty-branch", "the branch is the magic cookie and nothing else", "RFC 3261 8.1.1.7"
    MISSING_TAG = "missing-tag", "the From tag that RFC 3261 demands is missing", "RFC 3261 8.1.1.3"
    # -- bodies
    BAD_SDP = "bad-sdp", "a line of the session description is malformed", "RFC 8866 5"
    BAD_MULTIPART = "bad-multipart", "a multipart body lacks its boundary", "RFC 2046 5.1"


class Anomaly(NamedTuple):
    """One thing that is wrong with what was read.

    `frame` is the frame number in its file (the line number in a log; 0 where there is none), `source` the index of
    the file in the trace, `detail` a few words on this very case, `data` the offending bytes (at most some hundred).
    """

    code: AnomalyCode
    frame: int = 0
    detail: str = ""
    data: bytes = b""
    source: int = 0


KEPT_PER_CODE = 1000
"""How many anomalies of one code are kept whole; beyond that they are counted, so that a broken file of any size
costs a bounded amount of memory."""


class AnomalyLog:
    """Collects anomalies: every one is counted, the first `KEPT_PER_CODE` of each code are kept."""

    def __init__(self) -> None:
        """Start empty."""
        self.counts: Counter[AnomalyCode] = Counter()
        self.kept: list[Anomaly] = []

    def add(self, anomaly: Anomaly) -> None:
        """Count the anomaly, and keep it while there are few of its code."""
        self.counts[anomaly.code] += 1
        if self.counts[anomaly.code] <= KEPT_PER_CODE:
            self.kept.append(anomaly)

    def __len__(self) -> int:
        """Return the number of anomalies added, kept or not."""
        return self.counts.total()
