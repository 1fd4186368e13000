"""A member's voting power, with every reason for having none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.domain.power import KINDS, NoScore, PowerPart, VotingPower
from bot.domain.power.strategy import MAX_STRATEGIES
from bot.domain.power.zero_power_reasons import Reason, Zero
from bot.domain.shared.types import ChainId, MemberId, Units
from bot.domain.wallets.wallet import MAX_WALLETS
from bot.services.power.voting_power import PowerReport
from cogs.power.power_card import power_card
from tests.builders import (
    AUTHOR,
    CHAIN,
    NOW,
    ONE,
    TOKEN,
    VOTER,
    a_block,
    a_member_delegation,
    a_power,
    a_proposal,
    an_address,
)
from tests.cogs.proposals.card_states import TEXTS
from tests.gallery.asking import CHAINS, MANY_CHAINS
from tests.gallery.messages import Shown

_HUGE = Units(10**15 * ONE + 123_456_789)
_SYMBOLS = {"everyday": "VITA", "longest": "*" * 64, "right to left": "توكن", "emoji": "🧬👩‍🔬"}


def shown() -> Iterator[Shown]:
    """Return all of it."""
    for name, report, says in (*_now(), *_on_proposals(), *_nothing()):
        card = power_card(report, CHAINS, {CHAIN: "https://explorer.example"}, back="power:now")
        yield Shown(section="power", name=name, message=card, says=(says, "Only you see this"))
    named = power_card(_report(), CHAINS, {}, space="*" * 50, told="Another space of this server.")
    yield Shown(section="power", name="now, in a space", message=named, says=("Your power now in",))


def _report(*powers: VotingPower, **fields: Any) -> PowerReport:
    found = PowerReport(
        proposal=None, blocks={CHAIN: a_block()}, powers=powers or (a_power(),), scale=18, symbol="VITA"
    )
    return replace(found, **fields)


def _parts(number: int, symbol: str, amount: Units | None, many: int = MAX_STRATEGIES) -> VotingPower:
    names = list(KINDS)
    parts = tuple(
        PowerPart(
            strategy=names[n % len(names)],
            network=ChainId(n + 1),
            contract=TOKEN,
            symbol=symbol,
            decimals=18,
            amount=amount,
        )
        for n in range(many)
    )
    return VotingPower(address=an_address(number), scale=18, parts=parts)


def _now() -> Iterator[tuple[str, PowerReport, str]]:
    yield "now, no wallet", replace(_report(delegators=1), powers=(), blocks={}), "You have **0 VITA**"
    yield "now, one wallet", _report(), "You have **1 VITA** of voting power now"
    yield "now, two wallets", _report(a_power(), a_power(2)), "You have **2 VITA**"
    yield "now, unknown", _report(a_power(amount=None)), "unknown"
    yield "now, one endpoint", _report(alone=frozenset({CHAIN})), "1 VITA"
    for name, symbol in _SYMBOLS.items():
        most = tuple(_parts(n, symbol, _HUGE) for n in range(1, MAX_WALLETS + 1))
        blocks = {chain: a_block(99_999_999, chain=chain) for chain in MANY_CHAINS}
        report = _report(*most, symbol=symbol, blocks=blocks, alone=frozenset(MANY_CHAINS))
        yield f"now, every strategy, {name} symbol", report, "You have"
    topics = ("basic", "weighted", None)
    given = tuple(a_member_delegation(VOTER, AUTHOR, topic=topic, until=NOW) for topic in topics)
    yield "now, delegated", _report(member_delegations=given[2:]), "votes with it"
    yield "now, delegated by topic", _report(member_delegations=given, delegators=1), "1 member delegates to you"
    everywhere = a_member_delegation(VOTER, AUTHOR, everywhere=True)
    yield "now, delegated everywhere", _report(member_delegations=(everywhere,), delegators=9_999), "9,999 members"


def _on_proposals() -> Iterator[tuple[str, PowerReport, str]]:
    for name, text in TEXTS.items():
        report = _report(proposal=a_proposal(text=text))
        yield f"on a proposal, {name}", report, "You have **1 VITA** of voting power here"
    proposal = a_proposal()
    given = (a_member_delegation(VOTER, AUTHOR),)
    yield "on a proposal, unknown", _report(a_power(amount=None), proposal=proposal), "Unknown is not zero"
    yield "on a proposal, delegated", _report(proposal=proposal, member_delegations=given), "may vote with it"
    yield "on a proposal, voted for", _report(proposal=proposal, voted_by=MemberId(AUTHOR)), "voted for you here"


def _nothing() -> Iterator[tuple[str, PowerReport, str]]:
    every = []
    for why in Zero:
        for held in (None, _HUGE):
            reason = Reason(why=why, held=held, to=an_address(5) if "DELEGATED" in why.name else None)
            every.append(reason)
            none = NoScore(strategy="erc20-votes", symbol="VITA", decimals=18, reasons=(reason,))
            report = _report(a_power(amount=0), why=(none,))
            yield f"zero, {why}, {'nothing known' if held is None else 'held'}", report, "VITA gives you 0"
    strategies = list(KINDS)[:MAX_STRATEGIES]
    most = tuple(NoScore(strategy=one, symbol="*" * 64, decimals=18, reasons=tuple(every)) for one in strategies)
    yield "zero, all that there can be", _report(_parts(1, "*" * 64, Units(0)), why=most), "gives you 0"
    by_rule = (Reason(why=Zero.BY_RULE),)
    for strategy in KINDS:
        none = NoScore(strategy=strategy, symbol="VITA", decimals=18, reasons=by_rule)
        yield f"zero, by the rule of {strategy}", _report(a_power(amount=0), why=(none,)), "it counts"
