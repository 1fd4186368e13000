"""Random counts of every system and every rule, small enough that ties are frequent, as the bot would bundle them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from eth_keys.datatypes import PrivateKey

from bot.domain.audit.bundle.writing.bundle_builder import Bundle
from bot.domain.audit.proposal_document import proposal_cid
from bot.domain.power import scale_of, symbol_of
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Approval, Assurance, Settled, Share, Whole, resolve
from bot.domain.shared.types import Address, Units
from bot.domain.voting import Base, Mark, QuorumCounts
from bot.domain.voting.ballot import Ballot, Signed
from bot.domain.voting.ballot_message import BallotMessage, choice_of, salted
from bot.domain.voting.recusal import Recusal, RecusedWallet
from bot.domain.voting.system_registry import VotingType
from tests.builders import (
    AUTHOR,
    CHAIN,
    GUILD,
    NOW,
    ONE,
    VOTER,
    a_ballot,
    a_proposal,
    a_strategy,
    an_address,
    some_terms,
)
from tests.bundles import a_bundle

LABELS = ("Mouse study", "Fly “x”", "Worm", "Yeast {0}", "Ape\n<b>", "Ölüm", "None of *these*")
_SHARES = (*map(Fraction, ("1/2", "2/3", "1/20", "3/5", "1/3", "1", "1/1000", "999/1000", "6667/10000")),)
_MOST_CHOICES = {"basic": 3}
_FINEST = "0.000000000000000003"


def a_mark(random: Random, system: str, choices: int, *, partial: bool) -> Mark:
    every = range(1, choices + 1)
    match system:
        case "basic" | "single-choice":
            return random.choice(every)
        case "approval":
            return tuple(sorted(random.sample(every, random.randint(0, choices))))
        case "weighted" | "quadratic":
            most = random.choice((1, 3, 10_000))
            mark = [random.choice((0, random.randint(0, most))) for _ in every]
            return tuple(mark) if any(mark) else (1, *mark[1:])
        case "star":
            return tuple(random.choice((0, 3, 5, random.randint(0, 5))) for _ in every)
        case _:
            ranking = random.sample(every, choices)
            return tuple(ranking[: random.choice(every)] if partial or system == "schulze" else ranking)


def _power(random: Random, size: int) -> Units:
    return Units(
        random.choice(((0, 1, 1, 1, 2), (0, ONE, 2 * ONE, 12 * 10**14), (random.randint(0, 10**27), 2**250))[size])
    )


def ballots_of(random: Random, system: str, choices: int, strategies: int, *, partial: bool) -> list[Ballot]:
    size = random.choice((0, 0, 0, 1, 1, 2 if system == "quadratic" else 1))
    ballots = []
    for number in range(1, random.choice((0, 1, 2, 3, 4, 5, 6, 9)) + 1):
        scores = tuple(_power(random, size) for _ in range(strategies))
        mark = a_mark(random, system, choices, partial=partial)
        ballots.append(a_ballot(number, mark, scores=scores, power=Units(sum(scores)), receipt=f"{number:032x}"))
    return ballots


def _rules(random: Random, system: str, partial: bool) -> Settled:
    basic = system == "basic"

    def share() -> Fraction:
        return random.choice(_SHARES)

    amounts = ("0", "0", "1", "12,400.5", "1.2M", _FINEST, "2b", f"{10**63:,}")
    quorums: list[str | Share] = [*amounts, *(Share(share=share(), of=whole) for whole in Whole)]
    quorum = random.choice(quorums)
    bases = (Base.CAST, Base.TURNOUT, *Whole) if basic else (Base.TURNOUT, *Whole)
    approval = Approval(share=share(), strict=random.choice((True, False)), of=random.choice(bases))
    return Settled(
        quorum=quorum,
        counts=random.choice((*QuorumCounts,)) if basic else QuorumCounts.TURNOUT,
        approval=random.choice((Approval(), approval)),
        partial=partial,
    )


def a_poll(seed: int, system: str) -> tuple[Proposal, list[Ballot], dict[Address, Units] | None]:
    """A proposal and its ballots, and the power of linked wallets where the rules take a share of it."""
    random = Random(f"{system} {seed}")  # noqa: S311 - the same polls each time
    choices, partial = random.randint(2, _MOST_CHOICES.get(system, 7)), random.choice((True, False))
    strategies = tuple(
        a_strategy(params={"address": an_address(0x70CE), "symbol": symbol, "decimals": random.choice((6, 18))})
        for symbol in random.sample(
            ("VITA", "VITA vesting", "GNO", "ARB", "A token with quite a long name"), random.choice((1, 1, 2, 5))
        )
    )
    ballots = ballots_of(random, system, choices, len(strategies), partial=partial)
    linked = {an_address(number): _power(random, 1) for number in range(12, 20)}
    linked |= {ballot.wallet: ballot.power for ballot in ballots if random.random() < 0.8}
    scale, rules = scale_of(strategies), _rules(random, system, partial)
    supply = Units(sum(ballot.power for ballot in ballots) + random.choice((0, 5, 10**20)))
    wholes = {whole: {Whole.SUPPLY: supply, Whole.LINKED: Units(sum(linked.values()))}[whole] for whole in rules.wholes}
    if rules.quorum == _FINEST and scale < len(_FINEST) - 2:
        rules = replace(rules, quorum="2k")
    quorum, threshold = resolve(rules, wholes, scale)
    terms = some_terms(
        strategies=strategies,
        scale=scale,
        symbol=symbol_of(strategies),
        quorum=quorum,
        threshold=threshold,
        rules=rules,
        wholes=wholes,
    )
    gone = tuple(
        RecusedWallet(address=an_address(number), power=power, supply=random.choice((power, Units(0))), linked=shown)
        for number in random.sample(range(12, 24), random.choice((0, 0, 3)))
        for power in [linked.get(an_address(number), Units(7))]
        for shown in [linked.get(an_address(number), Units(0)) if Whole.LINKED in wholes else Units(0)]
    )
    recusals = (Recusal(member=AUTHOR, by=random.choice((AUTHOR, VOTER)), at=NOW, wallets=gone),) if gone else ()
    proposal = a_proposal(voting=system, choices=LABELS[:choices], terms=terms, recusals=recusals)
    return proposal, ballots, linked if Whole.LINKED in wholes else None


def a_random_bundle(seed: int, system: str) -> Bundle:
    proposal, ballots, linked = a_poll(seed, system)
    return a_bundle(ballots, proposal, votable=linked)


def a_signed_bundle(system: VotingType, marks: Sequence[Mark]) -> Bundle:
    """A count of ballots that were signed by keys."""
    rules = Settled(assurance=Assurance.SIGNED)
    proposal = a_proposal(voting=system, choices=LABELS[:3], terms=some_terms(rules=rules))
    ballots = []
    for number, mark in enumerate(marks, start=1):
        key = PrivateKey(number.to_bytes(32, "big"))
        wallet = Address(key.public_key.to_address())
        message = BallotMessage(
            voter=wallet,
            space=f"discord:{GUILD}",
            timestamp=NOW,
            proposal=proposal_cid(proposal),
            choice=choice_of(system, mark),
            metadata=salted(f"{number:032x}"),
        )
        made = key.sign_msg_hash(message.digest()).to_bytes()
        signed = Signed(message=message, signature=made, chain=CHAIN, block=None)
        ballots.append(replace(a_ballot(number, mark, receipt=f"{number:032x}"), wallet=wallet, signed=signed))
    return a_bundle(ballots, proposal)
