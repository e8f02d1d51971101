from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siptrace.errors import AnomalyCode
from siptrace.sip.sdp import Attribute, Bandwidth, Connection, Origin, Timing, parse_sdp

FULL = b"""v=0
o=jdoe 3724394400 3724394405 IN IP6 2001:db8::1
s=Call to John
i=about
u=http://example.com
e=a@b
e=c@d
p=+1 2
c=IN IP4 224.2.1.1/127/3
b=AS:64
b=X-YZ:128
t=3724394400 3724398000
r=7d 1h 0 25h
r=604800 3600 0
t=0 0
z=1 -1h
k=prompt
a=recvonly
a=group:BUNDLE a b
m=audio 49170/2 RTP/AVP 0 96
i=voice
c=IN IP6 FF15::101/3
b=TIAS:64000
k=clear:x
a=rtpmap:96 opus/48000/2
m=video 0 RTP/AVP 31
""".replace(b"\n", b"\r\n")


def test_every_line_of_a_session() -> None:
    session = parse_sdp(FULL)
    assert session.problems == ()
    assert session.version == 0
    assert session.origin == Origin("jdoe", "3724394400", "3724394405", "IN", "IP6", "2001:db8::1")
    assert (session.name, session.information, session.uri) == ("Call to John", "about", "http://example.com")
    assert (session.emails, session.phones) == (("a@b", "c@d"), ("+1 2",))
    assert session.connection == Connection("IN", "IP4", "224.2.1.1", 127, 3)
    assert session.bandwidths == (Bandwidth("AS", 64), Bandwidth("X-YZ", 128))
    assert session.timings == (Timing(3724394400, 3724398000, ("7d 1h 0 25h", "604800 3600 0")), Timing(0, 0))
    assert (session.zones, session.key) == ("1 -1h", "prompt")
    assert session.attributes == (Attribute("recvonly", None), Attribute("group", "BUNDLE a b"))
    assert (session.get("group"), session.get("recvonly"), session.get("x")) == ("BUNDLE a b", "", None)


def test_every_line_of_a_media_description() -> None:
    audio, video = parse_sdp(FULL).media
    assert (audio.kind, audio.port, audio.port_count, audio.protocol) == ("audio", 49170, 2, "RTP/AVP")
    assert (audio.formats, audio.title, audio.key) == (("0", "96"), "voice", "clear:x")
    assert audio.connection == Connection("IN", "IP6", "FF15::101", None, 3)
    assert audio.bandwidths == (Bandwidth("TIAS", 64000),)
    assert audio.attributes == (Attribute("rtpmap", "96 opus/48000/2"),)
    assert (video.port, video.connection, video.address) == (0, parse_sdp(FULL).connection, "224.2.1.1")


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_any_line_end_will_do(end: bytes) -> None:
    assert parse_sdp(FULL.replace(b"\r\n", end)) == parse_sdp(FULL)


LEAST = b"v=0\no=- 1 1 IN IP4 h\ns=-\nc=IN IP4 h\nt=0 0\n"
BAD = {
    "a line without an equals sign": LEAST + b"m =video 3227 RTP/AVP 31\n",
    "an unknown line": LEAST + b"x=1\n",
    "no version": LEAST[4:],
    "another version": LEAST.replace(b"v=0", b"v=1"),
    "a short origin": LEAST.replace(b" h\ns", b"\ns"),
    "no session name": LEAST.replace(b"s=-\n", b""),
    "no time": LEAST.replace(b"t=0 0\n", b""),
    "a bad time": LEAST.replace(b"t=0 0", b"t=x 0"),
    "a short connection": LEAST.replace(b"c=IN IP4 h", b"c=IN h"),
    "a bad connection suffix": LEAST.replace(b"c=IN IP4 h", b"c=IN IP4 h/x"),
    "no connection for a stream": LEAST.replace(b"c=IN IP4 h\n", b"") + b"m=audio 1 RTP/AVP 0\n",
    "a bad bandwidth": LEAST + b"b=AS:x\n",
    "a media port that is none": LEAST + b"m=audio x RTP/AVP 0\n",
    "a media port too large": LEAST + b"m=audio 65536 RTP/AVP 0\n",
    "media without formats": LEAST + b"m=audio 1 RTP/AVP\n",
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_what_is_wrong_is_told_and_the_rest_is_read(data: bytes) -> None:
    session = parse_sdp(data)
    assert [code for code, _ in session.problems] == [AnomalyCode.BAD_SDP]
    assert sum(value is not None for value in (session.origin, session.name, session.version, session.connection)) >= 3


def test_the_least_session_has_no_problem() -> None:
    assert parse_sdp(LEAST).problems == ()


def test_a_rejected_stream_needs_no_connection() -> None:
    assert parse_sdp(LEAST.replace(b"c=IN IP4 h\n", b"") + b"m=audio 0 RTP/AVP 0\n").problems == ()


def test_bytes_that_are_no_text_can_be_printed() -> None:
    assert parse_sdp(LEAST.replace(b"s=-", b"s=\xff\xc3\xa4")).name == r"\xffä"


LINES = [b"v=0", b"o=- 1 1 IN IP4 h", b"c=IN IP4 0.0.0.0", b"m=audio 1 RTP/AVP 0 96", b"m=", b"a=rtpmap:96 x/8000"]
MORE = [
    b"a=",
    b"a=rtcp:1",
    b"a=crypto:1 x",
    b"a=ptime:x",
    b"=",
    b"\xff",
    b"t=1",
    b"b=",
    b"c=IN IP4 a/1/2/3",
    b"a=fmtp:",
]


@given(st.one_of(st.binary(), st.lists(st.sampled_from(LINES + MORE)).map(b"\r\n".join)))
def test_any_bytes_give_a_session_whose_parts_can_be_read(data: bytes) -> None:
    session = parse_sdp(data)
    assert isinstance(session.is_hold, bool)
    for media in session.media:
        assert len(media.codecs) == len(media.formats)
        assert media.direction in ("sendrecv", "sendonly", "recvonly", "inactive")
        assert media.ptime is None or media.ptime >= 0
        assert media.rtcp is None or 0 <= media.rtcp.port <= 65535
        assert all(len(crypto) == 3 for crypto in media.crypto)
        assert all(fingerprint.value for fingerprint in media.fingerprints)
        assert 0 <= media.port <= 65535
