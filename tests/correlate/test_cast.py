"""Who plays whom, read off the steps that were found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from siptrace.correlate.cast import Cast
from tests.correlate.deviating import Played, judged, match_of, trace_of

if TYPE_CHECKING:
    from siptrace.reconstruct.model import TracedMessage


def cast_of(played: Played) -> Cast:
    messages = list(trace_of(played.messages).messages)
    return Cast(match_of(played, messages), messages)


def on_one_address(played: Played) -> list[TracedMessage]:
    """Return the messages of a call with Bob at another port of Alice's address."""

    def there(endpoint: str) -> str:
        return endpoint.replace("192.0.2.201:5060", "192.0.2.101:5070")

    return [replace(m, src=there(m.src), dst=there(m.dst)) for m in trace_of(played.messages).messages]


def test_every_actor_has_its_addresses() -> None:
    cast = cast_of(Played("rfc3665-3.2"))
    assert cast.name("192.0.2.111:5060") == "Proxy 1"
    assert [cast.addresses(actor) for actor in ("alice", "proxy1", "proxy2", "bob")] == [
        ("192.0.2.101",),
        ("192.0.2.111",),
        ("192.0.2.222",),
        ("192.0.2.201",),
    ]
    assert cast.others == ()


def test_an_actor_that_moves_has_two_addresses() -> None:
    assert cast_of(Played("rfc3665-3.7")).addresses("bob") == ("192.0.2.201", "192.0.2.100")


def test_any_port_of_an_address_is_the_actor_there_and_a_stranger_is_called_by_address() -> None:
    cast = cast_of(Played("rfc3665-3.1"))
    assert cast.name("192.0.2.101:40000") == "Alice"
    assert cast.actor("192.0.2.77:5060") is None
    assert cast.name("192.0.2.77:5060") == "192.0.2.77"
    assert cast.name("[2001:db8::7]:5060") == "[2001:db8::7]"


def test_actors_at_one_address_are_told_by_port() -> None:
    played = Played("rfc3665-3.1")
    messages = on_one_address(played)
    cast = Cast(match_of(played, messages), messages)
    assert cast.addresses("alice") == ("192.0.2.101:5060",)
    assert cast.addresses("bob") == ("192.0.2.101:5070",)
    assert cast.name("192.0.2.101:9") == "192.0.2.101:9"


def test_the_one_who_hangs_up_is_no_sign_of_who_it_is() -> None:
    played = Played("rfc3665-3.1", without=(5, 6))
    call = [*played.messages, *(m._replace(src=m.dst, dst=m.src) for m in Played("rfc3665-3.1").messages[4:])]
    messages = list(trace_of(call).messages)
    match = match_of(played, messages)
    cast = Cast(replace(match, steps=match.steps | {4: 4, 5: 5}, missing=()), messages)
    assert (cast.name("192.0.2.101:5060"), cast.name("192.0.2.201:5060")) == ("Alice", "Bob")


def test_a_relay_that_the_flow_does_not_have_plays_no_part() -> None:
    messages = list(trace_of(Played("rfc3665-3.2").messages).messages)
    judgement = judged(Played("rfc3665-3.1"))
    assert judgement.match is not None
    bare = replace(judgement.match, surplus=2, steps={0: 0, 2: 11, 3: 14})
    cast = Cast(bare, messages)
    assert cast.addresses("alice") == ("192.0.2.101",)
    assert cast.addresses("bob") == ("192.0.2.201",)
    assert cast.others == ("192.0.2.111", "192.0.2.222")


def test_another_port_of_an_address_that_talks_to_itself_is_somebody_else() -> None:
    played = Played("rfc3665-3.1")
    messages = on_one_address(played)
    match = replace(match_of(played, messages), steps={0: 0}, surplus=1)
    assert Cast(match, messages).name("192.0.2.101:5070") == "192.0.2.101:5070"
