"""The captures of the reference flows: the committed bytes, their messages, what siptrace and tshark make of them."""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import subprocess
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from fixtures.flows.auth import PASSWORD
from fixtures.flows.cast import HOSTS, OLD_HOSTS, Host, User, cast
from fixtures.flows.make_flows import CAPTURES, VARIANTS, captures
from fixtures.flows.message import HEADER_ORDER
from fixtures.flows.render import Rendered, render
from siptrace.correlate.model import Auth, Flow, SdpRole, Step, flow, flow_ids, load_flow
from siptrace.trace import open_trace

if TYPE_CHECKING:
    from pathlib import Path

FLOWS = flow_ids()
BENIGN = (
    *("Connection finish (FIN)", "connection closing", "A new tcp session is started with the same ports"),
    # call control of 1999 that no RFC took over: tshark has never heard of it
    *("Unrecognised SIP header (also)", "Unrecognised SIP header (requested-by)"),
)
NOTE = 0x400000
UNTIED = ("rfc5359-2.10", "service-2.8")
"""Three-way calls: two calls of one user, who mixes them, and nothing in the messages says so."""


def headers(data: bytes, name: str) -> list[str]:
    """Return the values of a header, in order."""
    return re.findall(rf"(?m)^{name}: (.*?)\r$", data.partition(b"\r\n\r\n")[0].decode() + "\r\n")


def first(data: bytes, name: str) -> str:
    """Return the only value of a header."""
    (value,) = headers(data, name)
    return value


def tag(value: str) -> str | None:
    """Return the tag of a From or To value."""
    return value.partition(";tag=")[2] or None


def played(name: str, transport: str = "UDP", version: int = 4) -> list[tuple[Step, Rendered]]:
    """Return the steps of a flow with their messages."""
    return list(zip(flow(name).steps, render(flow(name), transport, version), strict=True))


def test_the_captures_are_those_of_the_script() -> None:
    made = captures()
    assert len(made) == 16 * 4 + 30 * 2
    assert {path.name for path in CAPTURES.iterdir()} == set(made)
    different = [name for name, data in made.items() if (CAPTURES / name).read_bytes() != data]
    assert different == [], "run python -m fixtures.flows.make_flows"


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize(("transport", "version"), VARIANTS)
def test_a_message_is_what_its_step_says(name: str, transport: str, version: int) -> None:
    for step, message in played(name, transport, version):
        data = message.data
        start = data.partition(b"\r\n")[0].decode()
        assert start.startswith(f"{step.method} ") if step.is_request else start == f"SIP/2.0 {step.name}"
        assert first(data, "CSeq") == f"{step.cseq} {step.method}"
        vias = headers(data, "Via")
        assert len(vias) == step.via_count
        assert all(via.startswith(f"SIP/2.0/{transport} ") for via in vias)
        assert bool(headers(data, "Route")) == step.route
        assert bool(headers(data, "Record-Route")) == step.record_route
        assert (tag(first(data, "From")), tag(first(data, "To"))).count(None) == (step.from_tag, step.to_tag).count(
            None
        )
        body = data.partition(b"\r\n\r\n")[2]
        assert int(first(data, "Content-Length")) == len(body)
        assert bool(body) == (step.sdp is not SdpRole.NONE or step.body is not None)
        assert headers(data, "Content-Type") == ([step.body or "application/sdp"] if body else [])
        if (info := step.sdp_info) is not None:
            assert f"m=audio {info.port} ".encode() in body
            assert re.findall(rb"a=(sendonly|recvonly|sendrecv|inactive)", body) == [
                word.encode() for word in (info.direction,) if word
            ]
            assert (re.search(rb"c=IN IP. (0\.0\.0\.0|::)\r", body) is not None) == (info.conn == "0.0.0.0")  # noqa: S104 no bind
        assert step.sipfrag is None or body == f"{step.sipfrag}\r\n".encode()
        realms = re.findall(rb"(?:Authenticate|Authorization): Digest .*?realm=\"(.*?)\"", data)
        assert tuple(realm.decode() for realm in realms) == step.auth_realms
        assert (":" in message.src[0], ":" in message.dst[0]) == (version == 6, version == 6)
        assert len(data) < 1400


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize(("label", "header"), [("call_id", "Call-ID"), ("from_tag", "From"), ("to_tag", "To")])
def test_equal_labels_are_equal_texts(name: str, label: str, header: str) -> None:
    pairs = {(getattr(step, label), tag(first(m.data, header)) or first(m.data, header)) for step, m in played(name)}
    pairs = {(key, text) for key, text in pairs if key is not None}
    assert len(pairs) == len({key for key, _ in pairs}) == len({text for _, text in pairs})


@pytest.mark.parametrize("name", FLOWS)
def test_branches_are_shared_as_the_text_has_it_or_strictly_one_a_transaction(name: str) -> None:
    for strict, label in ((False, "branch"), (True, "txn")):
        messages = render(flow(name), strict_branches=strict)
        pairs = set()
        for step, message in zip(flow(name).steps, messages, strict=True):
            found = re.findall(r"branch=(\w+)", headers(message.data, "Via")[0])
            assert bool(found) == (getattr(step, label) is not None)
            if step.method != "CANCEL" and found:
                pairs.add((getattr(step, label), found[0]))
        assert len(pairs) == len({key for key, _ in pairs}) == len({text for _, text in pairs})


@pytest.mark.parametrize("name", FLOWS)
def test_a_copy_differs_by_one_via_and_a_retransmission_in_nothing(name: str) -> None:
    by_number = {step.f: message for step, message in played(name)}
    for step, message in played(name):
        if step.retransmission_of is not None:
            assert message[1:] == by_number[step.retransmission_of][1:]
        if step.copy_of is None:
            continue
        ours, original = headers(message.data, "Via"), headers(by_number[step.copy_of].data, "Via")
        if step.is_request:
            assert [via.partition(";received")[0] for via in ours[1:]] == [
                v.partition(";received")[0] for v in original
            ]
            hops = [int(first(data, "Max-Forwards")) for data in (by_number[step.copy_of].data, message.data)]
            assert hops[0] - hops[1] == 1
        else:
            assert ours == original[1:]


def test_time_runs_forward_and_timers_double() -> None:
    for name in FLOWS:
        times = [message.time_ns for _, message in played(name)]
        assert times == sorted(times)
    when = {step.f: message.time_ns // 1_000_000 for step, message in played("rfc3665-3.10")}
    assert [when[f] - when[4] for f in range(6, 13)] == [500, 1500, 3500, 7500, 15500, 31500, 32000]
    resent = render(flow("rfc3665-3.4"), "TCP", resend=False)
    assert len(resent) == 17


def digest_is_right(method: str, value: str) -> bool:
    """Return whether a Digest value computes with the account's password (RFC 2617 3.2.2)."""
    part: dict[str, str] = dict(re.findall(r'(\w+)="?([^",]*)"?', value))
    secret = md5(f"{part['username']}:{part['realm']}:{PASSWORD}")
    ours = f"{secret}:{part['nonce']}:{part['nc']}:{part['cnonce']}:auth:{md5(method + ':' + part['uri'])}"
    return md5(ours) == part["response"]


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("name", FLOWS)
def test_digests_compute_where_they_are_accepted(name: str) -> None:
    refused = {step.responds_to for step in flow(name).steps if step.auth is Auth.CHALLENGE}
    for step, message in played(name):
        for value in headers(message.data, "(?:Proxy-)?Authorization"):
            method = "INVITE" if step.method == "ACK" else step.method
            realm_refused = name == "rfc3665-2.5" and step.f in refused
            assert digest_is_right(method, value) != realm_refused


def test_another_cast_plays_the_same_flow() -> None:
    users = {"alice": User("Anna", "anna", "example.org")}
    hosts = {"alice": Host("phone.example.org", "198.51.100.7", "2001:db8:1::7")}
    order = sorted(HEADER_ORDER)
    ours = render(flow("rfc3665-3.1"), users=users, hosts=hosts, header_order=order, seed="x", base_time=0)
    invite = ours[0]
    assert (invite.time_ns, invite.src[0]) == (0, "198.51.100.7")
    assert b"From: Anna <sip:anna@example.org>" in invite.data
    assert b"c=IN IP4 198.51.100.7\r\n" in invite.data
    names = re.findall(rb"(?m)^([A-Z][\w-]+): ", invite.data.partition(b"\r\n\r\n")[0])
    assert names == sorted(names)
    assert headers(invite.data, "Call-ID") != headers(played("rfc3665-3.1")[0][1].data, "Call-ID")


def test_actors_without_a_part_are_made_up() -> None:
    actors = "actors.desk = ['Desk', 'UA']\nactors.pbx = ['PBX', 'proxy']\nactors.cell = ['Cell', 'UA']\n"
    steps = "F1  desk -> pbx  INVITE  | offer\nF2  pbx -> cell  INVITE  | copy=F1\n"
    first_hop, second_hop = render(load_flow(f"id = 'm'\ntitle = 'm'\n{actors}steps = '''\n{steps}'''", "m"))
    assert first_hop.dst == second_hop.src
    assert b"From: Desk <sip:desk@example.net>;tag=" in second_hop.data
    assert second_hop.data.startswith(b"INVITE sip:cell@cell.example.net SIP/2.0\r\n")


CONTROL = {
    "event": "Event",
    "subscription_state": "Subscription-State",
    "refer_to": "Refer-To",
    "referred_by": "Referred-By",
    "replaces_call": "Replaces",
    "join_call": "Join",
    "also": "Also",
    "requested_by": "Requested-By",
}


def dialog_ids(value: str) -> tuple[str, str, str]:
    """Return Call-ID, to-tag and from-tag of a Replaces or Join value."""
    found = re.fullmatch(r"(.+?);to-tag=(\w+);from-tag=(\w+)(?:;early-only)?", value)
    assert found is not None
    return found[1], found[2], found[3]


@pytest.mark.parametrize("name", FLOWS)
def test_call_control_names_the_calls_that_the_flow_means(name: str) -> None:
    seen = played(name)
    call_ids = {step.call_id: first(message.data, "Call-ID") for step, message in seen}
    for step, message in seen:
        for word, header in CONTROL.items():
            assert len(headers(message.data, header)) == (step.ext_value(word) is not None), (step.f, header)
        if (call := step.ext_value("replaces_call") or step.ext_value("join_call")) is not None:
            call_id, to_tag, from_tag = dialog_ids((headers(message.data, "(?:Replaces|Join)"))[0])
            assert call_id == call_ids[str(call)]
            # whoever receives it finds its own tag in to-tag (RFC 3891 3): in From where it made the call, else in To
            invite = next(s for s in flow(name).steps if s.call_id == call)
            (answer, *_) = (m.data for s, m in seen if s.responds_to == invite.f and s.to_tag)
            ends = [tag(first(answer, "From")), tag(first(answer, "To"))]
            assert [to_tag, from_tag] == (ends if invite.src == step.dst else ends[::-1])
        if (call := step.ext_value("refer_to_replaces_call")) is not None:
            (replaced,) = re.findall(r"<sip:[^?>]+\?Replaces=([^>]+)>", first(message.data, "Refer-To"))
            assert dialog_ids(unquote(replaced))[0] == call_ids[str(call)]
            followed = [m for s, m in seen if s.f > step.f and s.ext_value("replaces_call") == call]
            assert first(followed[0].data, "Replaces") == unquote(replaced)


@pytest.mark.parametrize("name", [name for name in FLOWS if not name.startswith("rfc3665-")])
@pytest.mark.parametrize(("transport", "version"), VARIANTS[:2])
def test_a_capture_gives_back_the_flow(name: str, transport: str, version: int) -> None:
    loaded, (_, hosts) = flow(name), cast(name)
    trace = open_trace(CAPTURES / f"{name}.{transport.lower()}{version}.pcap")
    assert len(trace.anomalies) == 0
    found = [(m.method, m.status, m.src.rpartition(":")[0], m.dst.rpartition(":")[0]) for m in trace.messages]
    assert found == [(s.method, s.status, hosts[s.src].ipv4, hosts[s.dst].ipv4) for s in loaded.steps]
    assert not any(m.retransmission for m in trace.messages)
    call_ids = tuple(dict.fromkeys(first(message.data, "Call-ID") for _, message in played(name)))
    apart = [(call_id,) for call_id in call_ids]
    assert [call.call_ids for call in trace.calls] == (apart if name in UNTIED else [call_ids])


@pytest.mark.parametrize("name", FLOWS)
def test_no_two_messages_are_equal_but_retransmissions(name: str) -> None:
    steps = flow(name).steps
    resent = sum(step.retransmission_of is not None for step in steps)
    assert len({message.data for _, message in played(name)}) == len(steps) - resent


def test_bodies_tell_about_the_flow() -> None:
    pickup = {step.f: message.data for step, message in played("rfc5359-2.16")}
    assert first(pickup[1], "Call-ID").encode() in pickup[5].partition(b"\r\n\r\n")[2]
    assert b"<state>early</state>" in pickup[5]
    assert first(pickup[7], "Replaces").endswith(";early-only")
    redial = [m.data for s, m in played("rfc5359-2.17") if s.method == "NOTIFY" and s.is_request]
    assert [re.findall(rb'" version="(\d)"', data) for data in redial] == [[b"0"], [b"1"], [b"2"], [b"3"]]
    assert [data.count(b"<state>confirmed</state>") for data in redial] == [0, 0, 1, 1]
    (invitation,) = (m.data for s, m in played("rfc5359-2.6") if s.body == "text/html")
    assert b"?Replaces=" in invitation


def test_a_body_of_another_type_is_text() -> None:
    actors = "actors.a = ['A', 'UA']\nactors.b = ['B', 'UA']\n"
    steps = "F1  a -> b  MESSAGE  | body=text/plain\n"
    (sent,) = render(load_flow(f"id = 'm'\ntitle = 'm'\n{actors}steps = '''\n{steps}'''", "m"))
    assert headers(sent.data, "Content-Type") == ["text/plain"]
    assert int(first(sent.data, "Content-Length")) == len(sent.data.partition(b"\r\n\r\n")[2]) > 0


def test_hosts_of_the_rfc_are_all_apart_but_for_one_machine() -> None:
    addresses = Counter(host.ipv4 for host in (*HOSTS.values(), *OLD_HOSTS.values()))
    assert {address for address, count in addresses.items() if count > 1} == {"192.0.2.222"}


def tshark_rows(path: Path) -> list[list[str]]:
    """Return frame number, method, status, malformed, severities and texts of expert infos of every frame."""
    fields = (
        "frame.number",
        "sip.Method",
        "sip.Status-Code",
        "_ws.malformed",
        "_ws.expert.severity",
        "_ws.expert.message",
    )
    checked = [part for layer in ("ip", "udp", "tcp") for part in ("-o", f"{layer}.check_checksum:TRUE")]
    wanted = [part for field in fields for part in ("-e", field)]
    command = ["tshark", "-n", "-r", str(path), *checked, "-T", "fields", "-E", "separator=/t", *wanted]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in result.stdout.splitlines()]


def wanted_counts(loaded: Flow) -> Counter[str]:
    """Return how many messages of each method or status a flow has."""
    return Counter(step.method if step.is_request else str(step.status) for step in loaded.steps)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_reads_every_message_and_finds_nothing_wrong(tmp_path: Path) -> None:
    joined, owners = b"", [""]
    for path in sorted(CAPTURES.iterdir()):
        data = path.read_bytes()
        joined += data if not joined else data[24:]
        owners += [path.name] * frames(data)
    (tmp_path / "all.pcap").write_bytes(joined)
    found: dict[str, Counter[str]] = {name: Counter() for name in owners if name}
    for number, method, status, malformed, severities, texts in tshark_rows(tmp_path / "all.pcap"):
        name = owners[int(number)]
        assert not malformed, (name, number)
        worst = max((int(severity) for severity in severities.split(",") if severity), default=0)
        assert worst < NOTE or any(text in texts for text in BENIGN), (name, number, texts)
        assert worst <= NOTE, (name, number, texts)
        if method or status:
            found[name][method or status] += 1
    assert found == {name: wanted_counts(flow(name.rsplit(".", 2)[0])) for name in found}


def frames(data: bytes) -> int:
    """Return the number of packets in a pcap file."""
    offset, count = 24, 0
    while offset < len(data):
        offset += 16 + struct.unpack_from("<I", data, offset + 8)[0]
        count += 1
    return count
