"""The captures of the RFC 3665 flows: the committed bytes, their messages, and what tshark makes of them."""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from fixtures.flows.auth import PASSWORD
from fixtures.flows.cast import HOSTS, Host, User
from fixtures.flows.make_flows import CAPTURES, VARIANTS, captures
from fixtures.flows.message import HEADER_ORDER
from fixtures.flows.render import Rendered, render
from siptrace.correlate.model import Auth, Flow, SdpRole, Step, flow, flow_ids, load_flow

if TYPE_CHECKING:
    from pathlib import Path

FLOWS = [name for name in flow_ids() if name.startswith("rfc3665-")]
BENIGN = ("Connection finish (FIN)", "connection closing", "A new tcp session is started with the same ports")
NOTE = 0x400000


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
    assert len(made) == 64
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
        assert bool(body) == (step.sdp is not SdpRole.NONE)
        assert step.sdp_info is None or f"m=audio {step.sdp_info.port} ".encode() in body
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
            if step.method != "CANCEL":
                pairs.add((getattr(step, label), re.findall(r"branch=(\w+)", headers(message.data, "Via")[0])[0]))
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


def test_hosts_of_the_rfc_are_all_apart_but_for_one_machine() -> None:
    addresses = Counter(host.ipv4 for host in HOSTS.values())
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
