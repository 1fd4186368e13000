"""What a space settles about its votes, for all voting systems or for one, and how that becomes whole units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Any

from bot.domain.power import KINDS, Strategy, label, walk
from bot.domain.shared.amounts import canonical_amount, parse_amount, stored_amount
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.proposals import PartialNotAnOption, ProposalFlaw, RuleFlaw, SupplyOfSeveralTokens
from bot.domain.shared.errors.fields import AnyField, Field
from bot.domain.shared.types import Address, ChainId, Units
from bot.domain.voting import PARTIAL, SYSTEMS, Base, Options, Quorum, QuorumCounts, Threshold, VotingType, check_rules

_SHARE = re.compile(r"(>)?\s*([0-9]{1,6}(?:\.[0-9]{1,6})?|[0-9]{1,3},[0-9]{1,2}(?=\s*%))\s*(%|/\s*[0-9]{1,6})")
"""Also `12,5 %`: no share has thousands."""
_BEYOND = 2**256
"""Whole tokens of which no quorum is: a bundle has no place for its digits."""


class Whole(StrEnum):
    """What a percentage is of; read at the snapshot when a proposal is submitted, and fixed then.

    `SUPPLY`: the total supply of the token of the first strategy that counts a token one for one. `LINKED`: the
    power of every wallet that is linked in the guild at submission, as if all of them voted. Whoever links later
    may vote and does not raise it, so that nobody can move the bar while a vote runs.
    """

    SUPPLY = "token supply"
    LINKED = "linked wallets"


class VoteVisibility(StrEnum):
    """What anybody sees of the votes before the result."""

    TALLY = "tally"
    QUORUM = "quorum progress"
    NOTHING = "nothing"


class Assurance(StrEnum):
    """What a ballot rests on: a Discord account with its linked wallets, or a signature by the wallet itself."""

    ACCOUNT = "account"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole."""

    share: Fraction
    of: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The share that For (or the choice that comes first) needs: more than it where `strict`, else at least that."""

    share: Fraction = Fraction(1, 2)
    strict: bool = True
    of: Base | Whole = Base.CAST


MAJORITY = Approval()
"""More For than Against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What moderators set, for one voting system or for all of them.

    A field that is None is not set. For a system it is then what is set for all systems; for all systems it is what
    Snapshot does.

    `quorum` is decimal text in the unit people read ("1200000.5"), because its scale follows the strategies, or a
    share. `shown` and `partial` are what a proposal gets whose author chooses nothing else; an author may ask for more
    than `assurance`, never for less.
    """

    quorum: str | Share | None = None
    counts: QuorumCounts | None = None
    approval: Approval | None = None
    shown: VoteVisibility | None = None
    partial: bool | None = None
    assurance: Assurance | None = None

    def over(self, below: Rules) -> Rules:
        """Return these rules, with what they leave open taken from those below."""
        mine: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        return Rules(**{name: getattr(below, name) if value is None else value for name, value in mine.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The rules of one vote, nothing left open. By itself: no quorum, more For than Against, all to be seen."""

    quorum: str | Share = "0"
    counts: QuorumCounts = QuorumCounts.TURNOUT
    approval: Approval = MAJORITY
    shown: VoteVisibility = VoteVisibility.TALLY
    partial: bool = False
    assurance: Assurance = Assurance.ACCOUNT

    @property
    def options(self) -> Options:
        """What counting has to know."""
        return Options(partial=self.partial)

    @property
    def progress_shown(self) -> bool:
        """Whether the way to the quorum is shown before the result.

        Where the tally is hidden and something else than the turnout counts, the way would tell the tally.
        """
        return self.shown is VoteVisibility.TALLY or (
            self.shown is VoteVisibility.QUORUM and self.counts is QuorumCounts.TURNOUT
        )

    @property
    def wholes(self) -> frozenset[Whole]:
        """What has to be read at submission."""
        quorum = {self.quorum.of} if isinstance(self.quorum, Share) else set()
        return frozenset(quorum | ({self.approval.of} if isinstance(self.approval.of, Whole) else set()))


OPEN = Rules()
"""Nothing settled."""
SNAPSHOT = Settled()
"""As in Snapshot, where nothing is settled."""


def settle(rules: Mapping[VotingType | None, Rules], voting: VotingType, chosen: Rules) -> Settled:
    """Return what holds for a proposal: its author's choice, the rules of its system, those for all systems.

    An approval that is set for all systems leaves out those whose scores are no power.
    """
    general, own = rules.get(None, OPEN), rules.get(voting, OPEN)
    found = chosen.over(own).over(general)
    asked = {chosen.assurance, own.over(general).assurance}
    approval = found.approval or MAJORITY
    if own.approval is None and approval != MAJORITY:
        try:
            check_rules(voting, Quorum(amount=0), _threshold(approval, 0))
        except InvalidInput:
            approval = MAJORITY
    return Settled(
        quorum="0" if found.quorum is None else found.quorum,
        counts=own.counts or QuorumCounts.TURNOUT,
        approval=approval,
        shown=found.shown or VoteVisibility.TALLY,
        partial=bool(found.partial) and SYSTEMS[voting].partial,
        assurance=Assurance.SIGNED if Assurance.SIGNED in asked else Assurance.ACCOUNT,
    )


def resolve(rules: Settled, wholes: Mapping[Whole, Units], scale: int) -> tuple[Units, Threshold]:
    """Return quorum and threshold in whole units of `scale`.

    A share becomes the smallest amount that is at least that share; for a rejection quorum, which has to be
    exceeded, the largest that is not above it. So whole units compare as the exact share would.
    """
    if isinstance(rules.quorum, Share):
        exact = rules.quorum.share * wholes[rules.quorum.of]
        quorum = floor(exact) if rules.counts is QuorumCounts.REJECTION else ceil(exact)
    else:
        quorum = stored_amount(rules.quorum, scale, field=Field.QUORUM)
    of = rules.approval.of
    return Units(quorum), _threshold(rules.approval, wholes[of] if isinstance(of, Whole) else 0)


def check_wholes(rules: Settled, wholes: Mapping[Whole, Units]) -> None:
    """Refuse rules that take a share of nothing: whoever votes would have reached it. Raises InvalidInput."""
    quorum = {rules.quorum.of} if isinstance(rules.quorum, Share) and rules.quorum.share else set()
    for whole, field, flaw in (
        (Whole.SUPPLY, Field.SUPPLY_SHARE, ProposalFlaw.SUPPLY_NOTHING),
        (Whole.LINKED, Field.LINKED_WALLETS_SHARE, ProposalFlaw.LINKED_POWER_NOTHING),
    ):
        if whole in {*quorum, rules.approval.of} and not wholes[whole]:
            raise InvalidInput(field, flaw)


def parse_quorum(text: str, of: Whole | None) -> str | Share:
    """Read `1.2M` as an amount, written in full, `5 %` or `1/20` as a share. Raises InvalidInput."""
    text = text.strip()
    if not text.endswith("%") and "/" not in text:
        if of is not None:
            raise InvalidInput(Field.QUORUM, RuleFlaw.AMOUNT_OF_A_WHOLE)
        if parse_amount(text, 36, field=Field.QUORUM) >= _BEYOND * 10**36:
            raise InvalidInput(Field.QUORUM, RuleFlaw.BEYOND_ALL_TOKENS)
        return canonical_amount(text, field=Field.QUORUM)
    share, strict = _parse_share(text, Field.QUORUM)
    if strict:
        raise InvalidInput(Field.QUORUM, RuleFlaw.QUORUM_WITH_GREATER_THAN)
    return Share(share=share, of=of or Whole.SUPPLY)


def parse_approval(text: str, of: Base | Whole | None) -> Approval:
    """Read `majority`, `two-thirds`, `60 %`, `3/5`, or `> 60 %` for more than that. Raises InvalidInput."""
    named = {"majority": (Fraction(1, 2), True), "two-thirds": (Fraction(2, 3), False)}
    share, strict = named.get(text.strip().casefold()) or _parse_share(text.strip(), Field.APPROVAL)
    return Approval(share=share, strict=strict, of=of or Base.CAST)


def check(voting: VotingType | None, rules: Rules) -> None:
    """Refuse rules that have no meaning for a voting system (None: for all). Raises InvalidInput."""
    counts = rules.counts or QuorumCounts.TURNOUT
    if voting is None and rules.counts is not None:
        raise InvalidInput(Field.QUORUM_COUNTS, RuleFlaw.COUNTS_DIFFER_BY_SYSTEM)
    approval = rules.approval or MAJORITY
    check_rules(voting or "basic", Quorum(amount=0, counts=counts), _threshold(approval, 0))
    if rules.partial is not None and voting is not None and not SYSTEMS[voting].partial:
        raise InvalidInput(Field.PARTIAL, PartialNotAnOption(voting, tuple(PARTIAL)))


def supply_strategy(strategies: Sequence[Strategy]) -> int | None:
    """Return the place of the first strategy that counts a token one for one, None where none does."""
    return next((place for place, strategy in enumerate(strategies) if KINDS[strategy.name].one_for_one), None)


def check_supply(strategies: Sequence[Strategy]) -> Strategy:
    """Return the strategy whose token's supply is meant. Raises InvalidInput where there is none."""
    place = supply_strategy(strategies)
    if place is None:
        raise InvalidInput(Field.SUPPLY_SHARE, ProposalFlaw.SUPPLY_OF_NO_TOKEN)
    return strategies[place]


def check_one_supply(strategies: Sequence[Strategy]) -> Strategy:
    """Return the strategy whose token's supply is meant, where no other token could be meant by it.

    Raises InvalidInput where there is none, or where the strategies count several tokens, also the same one on two
    chains: a share of the wrong one's supply would decide votes, and nobody would see it.
    """
    strategy = check_supply(strategies)
    tokens: dict[tuple[ChainId, object], Strategy] = {}
    for one in walk(strategies):
        if KINDS[one.name].erc20:
            tokens.setdefault((one.network, one.params.get("address")), one)
    if len(tokens) > 1:
        named = tuple((label(one), Address(str(address)), chain) for (chain, address), one in tokens.items())
        raise InvalidInput(Field.SUPPLY_SHARE, SupplyOfSeveralTokens(named))
    return strategy


def supply_symbol(strategies: Sequence[Strategy]) -> str:
    """Return what the token is called whose supply is meant; empty where there is none."""
    place = supply_strategy(strategies)
    return "" if place is None else label(strategies[place])


def supply_power(strategies: Sequence[Strategy], scores: Sequence[Units]) -> Units | None:
    """Return what part of a wallet's power is supply; None where that part depends on who else votes."""
    place = supply_strategy(strategies)
    if place is None or KINDS[strategies[place].name].by_voters:
        return None
    return scores[place]


def _threshold(approval: Approval, votable: int) -> Threshold:
    base = Base.VOTABLE if isinstance(approval.of, Whole) else approval.of
    return Threshold(share=approval.share, base=base, strict=approval.strict, votable=votable)


def _parse_share(text: str, field: AnyField) -> tuple[Fraction, bool]:
    match = _SHARE.fullmatch(text)
    divisor = 0 if match is None else 100 if match[3] == "%" else int(match[3][1:])
    if match is None or not divisor:
        raise InvalidInput(field, RuleFlaw.NOT_A_SHARE)
    share = Fraction(match[2].replace(",", ".")) / divisor
    if not 0 <= share <= 1:
        raise InvalidInput(field, RuleFlaw.SHARE_OUT_OF_RANGE)
    return share, match[1] is not None
