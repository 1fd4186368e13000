"""Rules of a space as plain data, what they come to for a vote, and the same in the bot's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from bot.domain.proposals.vote_rules import Approval, Assurance, Rules, Share, VoteVisibility, Whole
from bot.domain.voting import Base, QuorumCounts
from bot.domain.voting.system_registry import VotingType
from tests.model.counting import Bar, Mark

SYSTEMS: tuple[VotingType, ...] = (
    "basic",
    "single-choice",
    "approval",
    "weighted",
    "quadratic",
    "ranked-choice",
    "copeland",
    "star",
    "schulze",
)
OF_SHARES = ("quadratic", "copeland", "schulze")
PARTIAL = ("ranked-choice", "copeland")
CAST, TURNOUT, SUPPLY, LINKED = "for and against", "turnout", "token supply", "linked wallets"


@dataclass(frozen=True, kw_only=True)
class Plain:
    """Rules; None leaves it open. A quorum is an amount of whole tokens, or a share with what it is of."""

    quorum: tuple[Fraction, str | None] | None = None
    counts: str | None = None
    approval: tuple[Fraction, bool, str] | None = None
    shown: str | None = None
    partial: bool | None = None
    signed: bool | None = None

    def over(self, below: Plain) -> Plain:
        mine = {name: value for name, value in vars(self).items() if value is not None}
        return replace(below, **mine)

    def told(self) -> Rules:
        """Return them as the bot takes them."""
        quorum: str | Share | None = None
        if self.quorum is not None:
            amount, of = self.quorum
            quorum = str(int(amount)) if of is None else Share(share=amount, of=Whole(of))
        approval = None
        if self.approval is not None:
            share, strict, of = self.approval
            approval = Approval(share=share, strict=strict, of=Base(of) if of in (CAST, TURNOUT) else Whole(of))
        return Rules(
            quorum=quorum,
            counts=None if self.counts is None else QuorumCounts(self.counts),
            approval=approval,
            shown=None if self.shown is None else VoteVisibility(self.shown),
            partial=self.partial,
            assurance=None if self.signed is None else Assurance.SIGNED if self.signed else Assurance.ACCOUNT,
        )


NONE = Plain()


def some_rules(dice: Random, voting: str | None) -> Plain:
    """Draw rules for one system, or (None) for all."""
    shares = [Fraction(0), Fraction(1, 7), Fraction(1, 7), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(1)]
    quorums = [
        (Fraction(dice.choice((0, 1, 1, 3, 20))), None),
        (dice.choice(shares), SUPPLY),
        (dice.choice(shares), LINKED),
    ]
    of = dice.choice((CAST, TURNOUT, SUPPLY, LINKED))
    return Plain(
        quorum=dice.choice([None, *quorums]),
        counts=dice.choice([None, *map(str, QuorumCounts)]) if voting == "basic" else None,
        approval=None if voting in OF_SHARES else dice.choice([None, (dice.choice(shares), dice.random() < 0.5, of)]),
        shown=dice.choice([None, None, *map(str, VoteVisibility)]),
        partial=dice.choice([None, True, False]) if voting in (None, *PARTIAL) else None,
        signed=dice.choice([None] * 6 + [True, False]),
    )


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What holds for one vote."""

    bar: Bar
    shown: str
    partial: bool
    signed: bool

    @property
    def wholes(self) -> set[str]:
        return {of for of in (self.bar.quorum_of, self.bar.of) if of in (SUPPLY, LINKED)}

    def with_wholes(self, known: Mapping[str, int]) -> Bar:
        return replace(self.bar, wholes={of: known[of] for of in self.wholes})

    @property
    def way_shown(self) -> bool:
        return self.shown == "tally" or (self.shown == "quorum progress" and self.bar.counts == "turnout")


def settle(space: Mapping[str | None, Plain], voting: str, chosen: Plain, unit: int) -> Settled:
    """Return what the author, the rules of the system and those for all make of it; `unit` is one whole token."""
    own, general = space.get(voting, NONE), space.get(None, NONE)
    found = chosen.over(own).over(general)
    approval = found.approval or (Fraction(1, 2), True, CAST)
    if own.approval is None and voting in OF_SHARES:
        approval = (Fraction(1, 2), True, CAST)
    quorum, of = found.quorum or (Fraction(0), None)
    return Settled(
        bar=Bar(
            quorum=quorum * unit if of is None else quorum,
            quorum_of=of,
            counts=own.counts or "turnout",
            share=approval[0],
            strict=approval[1],
            of=approval[2],
        ),
        shown=found.shown or "tally",
        partial=bool(found.partial) and voting in PARTIAL,
        signed=bool(chosen.signed) or bool(own.over(general).signed),
    )


def some_mark(dice: Random, voting: str, choices: int, *, partial: bool) -> Mark:
    """Draw a mark that is on the ballot."""
    every = list(range(1, choices + 1))
    match voting:
        case "basic" | "single-choice":
            return dice.choice(every)
        case "approval":
            return tuple(sorted(dice.sample(every, dice.randint(0, choices))))
        case "weighted" | "quadratic":
            weights = [dice.choice((0, 1, 1, 2, 3, 100)) for _ in every]
            return tuple(weights) if any(weights) else (1, *weights[1:])
        case "star":
            return tuple(dice.randint(0, 5) for _ in every)
    ranking = dice.sample(every, choices)
    return tuple(ranking[: dice.randint(1, choices)] if partial or voting == "schulze" else ranking)
