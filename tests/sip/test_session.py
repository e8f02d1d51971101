from __future__ import annotations

import pytest

from siptrace.sip.sdp import parse_sdp
from siptrace.sip.session import STATIC_PAYLOADS, Codec, Crypto, Fingerprint, Media, Rtcp, Session


def session(media: str, top: str = "") -> Session:
    """Return a session with these lines for all media, and these from the first m= on."""
    return parse_sdp(f"v=0\no=- 1 1 IN IP4 h\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n{top}\n{media}".encode())


def audio(*attributes: str, top: str = "", port: int = 4000) -> Media:
    lines = "".join(f"\na={attribute}" for attribute in attributes)
    return session(f"m=audio {port} RTP/SAVPF 0 101 96{lines}", top).media[0]


def test_codecs_are_named_by_rtpmap_else_by_the_static_table_else_by_number() -> None:
    media = audio("rtpmap:101 telephone-event/8000", "fmtp:101 0-16", "fmtp:96 x=1")
    assert media.codecs == (
        Codec(0, "PCMU", 8000, 1, None),
        Codec(101, "telephone-event", 8000, 1, "0-16"),
        Codec(96, "96", 0, 0, "x=1"),
    )


def test_an_rtpmap_goes_before_the_static_table() -> None:
    assert audio("rtpmap:0 opus/48000/2").codecs[0] == Codec(0, "opus", 48000, 2, None)


@pytest.mark.parametrize("value", ["101", "101 ", "101 x", "101 x/y", "101 x/8000/z", "101 x/8000/"])
def test_a_broken_rtpmap_breaks_nothing(value: str) -> None:
    assert audio(f"rtpmap:{value}").codecs[1].channels == 1


def test_formats_that_are_no_payload_types_keep_their_text() -> None:
    (media,) = session("m=image 4000 udptl t38").media
    assert media.codecs == (Codec(-1, "t38", 0, 0, None),)


def test_the_static_payload_types() -> None:
    names = " ".join(f"{number}:{name}/{rate}/{count}" for number, (name, rate, count) in STATIC_PAYLOADS.items())
    assert names.split() == [
        *("0:PCMU/8000/1", "3:GSM/8000/1", "4:G723/8000/1", "5:DVI4/8000/1", "6:DVI4/16000/1", "7:LPC/8000/1"),
        *("8:PCMA/8000/1", "9:G722/8000/1", "10:L16/44100/2", "11:L16/44100/1", "12:QCELP/8000/1", "13:CN/8000/1"),
        *("14:MPA/90000/1", "15:G728/8000/1", "16:DVI4/11025/1", "17:DVI4/22050/1", "18:G729/8000/1"),
        *("25:CelB/90000/1", "26:JPEG/90000/1", "28:nv/90000/1", "31:H261/90000/1", "32:MPV/90000/1"),
        *("33:MP2T/90000/1", "34:H263/90000/1"),
    ]


@pytest.mark.parametrize(
    ("own", "top", "direction", "hold"),
    [
        ((), "", "sendrecv", False),
        (("recvonly",), "", "recvonly", False),
        (("sendonly",), "", "sendonly", True),
        (("inactive",), "", "inactive", True),
        ((), "a=sendonly", "sendonly", True),
        (("sendrecv",), "a=sendonly", "sendrecv", False),
    ],
)
def test_direction_and_hold(own: tuple[str, ...], top: str, direction: str, hold: bool) -> None:
    media = audio(*own, top=top)
    assert (media.direction, media.is_hold) == (direction, hold)


def test_the_old_way_to_hold() -> None:
    (media,) = session("m=audio 4000 RTP/AVP 0\nc=IN IP4 0.0.0.0").media
    assert (media.direction, media.is_hold, media.address) == ("sendrecv", True, "0.0.0.0")  # noqa: S104 - nobody binds to it


def test_a_port_of_zero_rejects_unless_the_stream_is_bundled() -> None:
    assert audio(port=0).is_rejected
    assert not audio("bundle-only", port=0).is_rejected
    assert not audio().is_rejected


def test_a_session_is_on_hold_when_all_its_living_streams_are() -> None:
    held, live, dead = "m=audio 1 RTP/AVP 0\na=sendonly\n", "m=audio 1 RTP/AVP 0\n", "m=audio 0 RTP/AVP 0\n"
    assert session(held + dead).is_hold
    assert not session(held + live).is_hold
    assert not session(dead).is_hold
    assert not session("").is_hold


def test_attributes_of_a_stream() -> None:
    media = audio(
        "ptime:20",
        "rtcp:53020 IN IP4 192.0.2.9",
        "rtcp-mux",
        "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x|2^20 UNENCRYPTED_SRTP",
        "crypto:broken",
        "ice-ufrag:u",
        "ice-pwd:p",
        "candidate:1 1 UDP 1 192.0.2.1 4000 typ host",
        "candidate:2 1 UDP 1 192.0.2.2 4000 typ host",
        "fingerprint:SHA-256 AB:CD",
    )
    assert (media.ptime, media.rtcp, media.rtcp_mux) == (20.0, Rtcp(53020, "192.0.2.9"), True)
    assert media.crypto == (Crypto("1", "AES_CM_128_HMAC_SHA1_80", "inline:x|2^20 UNENCRYPTED_SRTP"),)
    assert (media.ice_ufrag, media.ice_pwd, len(media.candidates)) == ("u", "p", 2)
    assert media.fingerprints == (Fingerprint("sha-256", "AB:CD"),)


def test_attributes_that_are_not_there() -> None:
    media = audio("ptime:x", "rtcp:x")
    assert (media.ptime, media.rtcp, media.rtcp_mux, media.crypto, media.fingerprints) == (None, None, False, (), ())
    assert (media.ice_ufrag, media.ice_pwd, media.candidates, media.get("x"), media.values("x")) == (
        None,
        None,
        (),
        None,
        (),
    )


def test_a_stream_inherits_the_attributes_of_the_session() -> None:
    media = audio("fingerprint:sha-1 00", top="a=fingerprint:sha-256 AB\na=ice-ufrag:top\na=rtcp:5000")
    assert (media.ice_ufrag, media.rtcp) == ("top", Rtcp(5000, None))
    assert media.fingerprints == (Fingerprint("sha-1", "00"),)
