"""What a member meets who delegates, takes back, or looks at what stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.shared.types import MemberId, SpaceId, Timestamp
from bot.domain.voting import OFFERED
from cogs.delegation.delegation_buttons import TakeBackButton
from cogs.delegation.delegation_cards import ended_card, given_card, member_delegations_card
from tests.builders import AUTHOR, NOW, VOTER, a_member_delegation
from tests.gallery.messages import Message, Shown

_NAMES = {SpaceId(1): "“Methuselah Commons”", SpaceId(2): "“ديمقراطية”"}
_MANY = {SpaceId(n): f"“{n} " + "\\*" * 45 + "”" for n in range(1, 26)}


def shown() -> Iterator[Shown]:
    """Return all of it."""
    for name, message, says in (*_given(), *_ended(), *_listed()):
        yield Shown(section="delegation", name=name, message=message, says=(says,))


def _one(**fields: Any) -> MemberDelegation:
    return replace(a_member_delegation(VOTER, AUTHOR, space=SpaceId(1)), **fields)


def _given() -> Iterator[tuple[str, Message, str]]:
    other = MemberId(AUTHOR + 7)
    kinds = {
        "all proposals": _one(),
        "one kind": _one(topic="ranked-choice"),
        "until": _one(until=Timestamp(NOW + 86_400)),
        "everywhere": _one(everywhere=True),
        "everywhere, one kind, until": _one(everywhere=True, topic="basic", until=Timestamp(NOW + 86_400)),
    }
    for where, names in (("one space", {}), ("several", _NAMES)):
        for name, one in kinds.items():
            for wallets in (True, False):
                has = "with a wallet" if wallets else "without a wallet"
                card = given_card(one, [], wallets=wallets, names=names)
                yield f"given, {where}, {name}, {has}", card, "votes with your power"
            before = [_one(delegate=other, topic=t, everywhere=e) for t in (None, "basic") for e in (True, False)]
            card = given_card(one, before, wallets=True, names=names, only_roles=True)
            yield f"given, {where}, {name}, with others before", card, "votes with your power"


def _ended() -> Iterator[tuple[str, Message, str]]:
    every = [_one(topic=topic, space=space) for space in _MANY for topic in (None, *OFFERED)]
    yield "ended, one", ended_card([_one()], [], None, everywhere=False, names={}), "Taken back"
    yield (
        "ended, one of two",
        ended_card([_one()], [_one(topic="basic")], None, everywhere=False, names=_NAMES),
        "Still",
    )
    for everywhere in (None, True, False):
        for topic in (None, "basic"):
            card = ended_card([], [], topic, everywhere=everywhere, names=_NAMES, here="“Methuselah Commons”")
            yield f"ended, nothing, {everywhere}, {topic}", card, "nothing to take back"
    card = ended_card(every, every, None, everywhere=None, names=_MANY)
    yield "ended, all that there can be", card, "Taken back"


def _listed() -> Iterator[tuple[str, Message, str]]:
    to_me = [a_member_delegation(MemberId(AUTHOR + n), VOTER, space=SpaceId(1)) for n in range(1, 2_000)]
    mine = [_one(topic=topic, space=space, until=NOW) for space in _MANY for topic in (None, *OFFERED)]
    yield "list, none", member_delegations_card([], [], {}, {}), "You delegate to nobody"
    yield "list, given", member_delegations_card([_one()], [], {}, {}), "Nobody delegates to you"
    yield "list, received", member_delegations_card([], to_me[:1], {}, _NAMES), "To you"
    everywhere = _one(everywhere=True)
    first = {_one(): [_one(topic="basic")], everywhere: [_one(), _one(topic="basic")]}
    both = member_delegations_card([_one(), _one(topic="basic"), everywhere], to_me[:3], first, _NAMES, others=2)
    yield "list, both", both, "2 more"
    row = [TakeBackButton(n, f"Take back in “{'*' * 50}”") for n in range(1, 6)]
    most = member_delegations_card(mine, to_me, {}, _MANY, others=999, rows=[row])
    yield "list, all that there can be", most, "999 more"
