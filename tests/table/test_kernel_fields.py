"""Header fields in machine code: the common shape is read as `scan` reads it, and any other is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from siptrace.table import scan as plain
from siptrace.table.columns import Flag
from siptrace.table.layout import BRANCH, CSEQ, FROM_TAG, FROM_URI, METHOD, ROW, SENT_BY, START, STATUS
from siptrace.table.native import Native
from tests.kernels import loaded
from tests.table.accidents import FRAGMENTS, LINES

FIELDS = Native(
    "siptrace.table.kernel_fields",
    {
        "field_of": "u1 n n",
        "read_via": "u1 n n i8 n n n",
        "read_address": "u1 n n i8 n n",
        "read_cseq": "u1 n n i8 n n",
        "read_start": "u1 n n i8 n",
        "keeps_bindings": "u1 n n",
        "is_held": "u1 n n",
    },
    ("siptrace.table.kernel_bytes", "siptrace.table.kernel_lanes", "siptrace.table.layout"),
)
NAMES = {
    0: ("Via", "v"),
    1: ("From", "f"),
    2: ("To", "t"),
    3: ("Call-ID", "i"),
    4: ("CSeq",),
    5: ("Content-Type", "c"),
    6: ("Content-Length", "l"),
    7: ("WWW-Authenticate", "Proxy-Authenticate"),
    8: ("Authorization", "Proxy-Authorization"),
    9: ("Subscription-State",),
    10: ("Contact", "m"),
    11: ("Expires",),
    12: ("Replaces", "Join", "Refer-To", "r", "Referred-By", "b", "Also", "Requested-By"),
}
"""As in siptrace.table.kernel_fields, which only numba may import."""
OTHER = 13
BEFORE = b"<=;,: "
"""What stands before a value in the same array, so that positions are not mistaken for lengths."""


def call(name: str, value: bytes, *numbers: int) -> tuple[int, dict[int, bytes], list[int]]:
    """Read a value; return the result, the texts by their place, and the row."""
    data = BEFORE + value
    row = np.zeros(ROW, np.int64)
    rows = () if name in ("field_of", "keeps_bindings", "is_held") else (row,)
    found = loaded(FIELDS)(name, np.frombuffer(data, np.uint8), len(BEFORE), len(data), *rows, *numbers)
    listed = row.tolist()
    texts = {place: data[listed[place] : listed[place] + listed[place + 1]] for place in range(METHOD, ROW, 3)}
    return found, texts, listed


@pytest.mark.parametrize("field", NAMES)
def test_names_in_any_case(field: int) -> None:
    for name in NAMES[field]:
        for text in (name, name.upper(), name.lower(), name.swapcase()):
            assert call("field_of", text.encode())[0] == field


@pytest.mark.parametrize("name", sorted({name for names in NAMES.values() for name in names}))
def test_nearly_a_name_is_another(name: str) -> None:
    raw = name.encode()
    near = [raw + b"\0", raw + b"\0\0", raw + b" ", b"x" + raw, raw + raw[-1:], b"\0" + raw]
    near += [raw[:at] + bytes([raw[at] ^ 64]) + raw[at + 1 :] for at in range(len(raw))]
    near += [raw[:at] + bytes([raw[at] | 128]) + raw[at + 1 :] for at in range(len(raw))]
    assert {call("field_of", other)[0] for other in near} == {OTHER}
    known = {text.lower().encode() for names in NAMES.values() for text in names}
    for size in range(len(raw)):
        assert (call("field_of", raw[:size])[0] != OTHER) == (raw[:size].lower() in known)


@given(st.binary(max_size=22) | st.sampled_from([line.partition(b":")[0] for line in LINES]))
def test_any_name(name: bytes) -> None:
    expected = next((f for f, names in NAMES.items() if name.lower() in {n.lower().encode() for n in names}), OTHER)
    assert call("field_of", name)[0] == expected


def values(*pieces: bytes) -> st.SearchStrategy[bytes]:
    """Make values out of the pieces of good ones and of bad ones."""
    return st.lists(st.sampled_from([*pieces, *pieces, *FRAGMENTS]), max_size=9).map(b"".join)


VIAS = {
    b"SIP/2.0/UDP h": True,
    b"SIP/2.0/UDP Host.example-1.com:5060;branch=z9hG4bK1;rport": True,
    b"SIP/2.0/TCP 192.0.2.1:65535;rport=1;branch=x;received=192.0.2.9": True,
    b"sip/2.0/udp h;branch=1": False,
    b"SIP/2.0/UDP h:65536": False,
    b"SIP/2.0/UDP h:99999": False,
    b"SIP/2.0/UDP h:0": False,
    b"SIP/2.0/UDP h:": False,
    b"SIP/2.0/UDP  h": False,
    b"SIP/2.0/UDP h;branch": False,
    b"SIP/2.0/UDP h;branch=": False,
    b"SIP/2.0/UDP h;branch=a;branch=b": False,
    b"SIP/2.0/UDP h;BRANCH=a": True,
    b"SIP/2.0/UDP h, SIP/2.0/UDP i": False,
    b"SIP/2.0/UDP [2001:db8::1]": False,
    b"SIP/2.0/UDP": False,
    b"SIP/3.0/UDP h": False,
    b"": False,
}


@pytest.mark.parametrize("value", VIAS)
def test_shapes_of_via(value: bytes) -> None:
    assert bool(call("read_via", value, SENT_BY, BRANCH, 1)[0]) == VIAS[value]
    check_via(value)


@given(values(b"SIP/2.0/UDP h", b"SIP/2.0/T ", b"a.b-C", b":5060", b":65535", b";branch=z9hG4bK1", b";rport", b";a=1"))
@settings(max_examples=500, deadline=None)
def test_any_via(value: bytes) -> None:
    check_via(value.strip(b" \t"))


def check_via(value: bytes) -> None:
    """Hold that a Via value is read as by the plain indexer, or refused."""
    if b"\r" in value or b"\n" in value:
        return
    good, texts, _ = call("read_via", value, SENT_BY, BRANCH, 1)
    if good:
        assert (texts[BRANCH], texts[SENT_BY].lower(), 1) == plain._read_via(value)


def test_only_the_first_via_is_kept() -> None:
    good, texts, _ = call("read_via", b"SIP/2.0/UDP h;branch=1", SENT_BY, BRANCH, 0)
    assert good
    assert not any(texts.values())


ADDRESSES = {
    b"<sip:a@b>": True,
    b"Alice Smith <sip:a@b;transport=udp?x=y>;tag=1;x=y": True,
    b'"A, (B)" <sip:a@b>;TAG=1': True,
    b'""<sip:a@b>': True,
    b"<tel:+1-201>": True,
    b"sip:a@b;tag=1": False,
    b"<sip:a@b>;tag": False,
    b"<sip:a@b>;tag=": False,
    b'<sip:a@b>;tag="1"': False,
    b"<sip:a@b>;tag=1;tag=2": False,
    b"<sip:a@b>;tag=1 ": False,
    b"<sip:a@b> ;tag=1": False,
    b'"a\\"b" <sip:a@b>': False,
    b'"\xc3\xa9" <sip:a@b>': False,
    b'"a': False,
    b'"a"': False,
    b"<>": False,
    b"<sip:[::1]>": False,
    b"<sip:a@b": False,
    b"": False,
}


@pytest.mark.parametrize("value", ADDRESSES)
def test_shapes_of_addresses(value: bytes) -> None:
    assert bool(call("read_address", value, FROM_URI, FROM_TAG)[0]) == ADDRESSES[value]
    check_address(value)


@given(values(b"<sip:a@b>", b'"A" ', b"Al ice ", b"<", b"sip:a@b", b">", b";tag=1", b";x=y", b"(c)", b"'", b"\\"))
@example(b"a:b@c <sip:d@e>;tag=1")
@example(b"(a) [b] {c} = ? & <sip:d@e>")
@example(b'"" <sip:;tag=1?a>;tag=2')
@settings(max_examples=800, deadline=None)
def test_any_address(value: bytes) -> None:
    check_address(value.strip(b" \t"))


def check_address(value: bytes) -> None:
    """Hold that an address is read as by the plain indexer, or refused."""
    if b"\r" in value or b"\n" in value:
        return
    good, texts, _ = call("read_address", value, FROM_URI, FROM_TAG)
    if good:
        assert (texts[FROM_TAG], texts[FROM_URI], 1) == plain._read_address(value)


CSEQS = {b"1 INVITE": 1, b"000000007 X": 7, b"999999999 BYE": 999999999}
NO_CSEQS = [
    b"1234567890 BYE",
    b"1  BYE",
    b"1\tBYE",
    b"1 bye",
    b"1 BYE2",
    b"1",
    b"1 ",
    b" 1 BYE",
    b"-1 BYE",
    b"BYE",
    b"",
]


@pytest.mark.parametrize("value", CSEQS)
@pytest.mark.parametrize("response", [0, 1])
def test_cseq(value: bytes, response: int) -> None:
    good, texts, row = call("read_cseq", value, 0, response)
    assert (good, row[CSEQ]) == (1, CSEQS[value])
    assert (value.split()[1], b"", CSEQS[value]) == plain._read_cseq(value)
    assert texts[METHOD] == (value.split()[1] if response else b"")


@pytest.mark.parametrize("value", NO_CSEQS)
def test_other_cseqs(value: bytes) -> None:
    assert call("read_cseq", value, 0, 1)[0] == 0


STARTS = {
    b"INVITE sip:bob@example.com SIP/2.0": 1,
    b"XX y SIP/2.0": 1,
    b"X y SIP/2.0": 0,
    b"A" * 64 + b" y SIP/2.0": 1,
    b"A" * 65 + b" y SIP/2.0": 0,
    b"X " + b"u" * 7992 + b" SIP/2.0": 1,
    b"X " + b"u" * 7993 + b" SIP/2.0": 0,
    b"X  SIP/2.0 ": 0,
    b"INVITE  sip:b SIP/2.0": 0,
    b"invite sip:b SIP/2.0": 0,
    b"INVITE sip:b sip/2.0": 0,
    b"INVITE sip:b SIP/3.0": 0,
    b"INVITE sip:\xc3\xa9 SIP/2.0": 0,
    b"SIP/2.0 200 OK": 2,
    b"SIP/2.0 200 ": 2,
    b"SIP/2.0 699 any ~ text": 2,
    b"SIP/2.0 200": 0,
    b"SIP/2.0 099 X": 0,
    b"SIP/2.0 700 X": 0,
    b"SIP/2.0 2x0 X": 0,
    b"SIP/2.0  200 X": 0,
    b"SIP/2.0 200 \x1b[31m": 0,
    b"sip/2.0 200 OK": 0,
    b"": 0,
}


@pytest.mark.parametrize("line", STARTS, ids=lambda line: line[:20])
def test_start_lines(line: bytes) -> None:
    kind, texts, row = call("read_start", line, 0)
    assert kind == STARTS[line]
    if kind:
        assert texts[START] == line
        assert row[STATUS] == (int(line[8:11]) if kind == 2 else 0)
        assert texts[METHOD] == (line.split()[0] if kind == 1 else b"")


CONTACTS = {
    b"<sip:a@b>": True,
    b"<sip:a@b>;expires=3600": True,
    b"<sip:a@b>;EXPIRES=1": True,
    b"60": True,
    b"<sip:a@b>;expires=0": False,
    b"<sip:a@b>;Expires = 60": False,
    b"<sip:a@b>;expires": False,
    b"<sip:a@b>;expires=": False,
    b"*": False,
    b"0": False,
    b"": False,
}


@pytest.mark.parametrize("value", CONTACTS)
def test_bindings_that_stay(value: bytes) -> None:
    assert bool(call("keeps_bindings", value)[0]) == CONTACTS[value]


@given(values(b"<sip:a@b>", b";expires=", b"0", b"60", b"*", b" ", b";Expires =", b","))
def test_what_plainly_stays_is_no_removal(value: bytes) -> None:
    if call("keeps_bindings", value)[0]:
        assert not plain._binding(value) & Flag.UNREGISTER
        assert not plain._is_zero(value)


LINES_OF_BODIES = (
    b"a=sendonly",
    b"a=INACTIVE",
    b"c=IN IP4 0.0.0.0",
    b"\r\n",
    b"\n",
    b"\r",
    b"a=sendrecv",
    b"v=0",
    b"c=",
)


@given(st.lists(st.sampled_from(LINES_OF_BODIES), max_size=12).map(b"".join))
@example(b"a=sendonly")
@example(b"v=0\r\nc=IN IP4 0.0.0.0\r\n")
def test_hold(body: bytes) -> None:
    assert bool(call("is_held", body)[0]) == bool(plain._hold(body))
