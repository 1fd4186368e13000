"""What a member meets who votes: panels, forms, receipts, reasons, who takes no part, who voted, every round."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.public_view import PublicBallots
from bot.domain.proposals.proposal import Proposal, State, Text
from bot.domain.proposals.vote_rules import Assurance, Settled
from bot.domain.shared.types import ChannelId, MemberId, Timestamp, Units
from bot.domain.voting import OFFERED, SYSTEMS, Ballots, Mark, VotingType, tally
from bot.domain.voting.ballot import ChangeReason, Lent, PowerChange, Receipt
from bot.domain.voting.ballot_forms import Ranking, Set, Single, Stars, Weights
from bot.domain.voting.recusal import Recusal, RecusedWallet
from bot.domain.wallets.web_ticket import Invitation
from bot.services.voting.vote_reasons import MAX_REASON
from cogs.voting.ballot_forms import BallotForm, WeightsForm, few
from cogs.voting.ballot_panels import ballot_panel
from cogs.voting.cards.count_rounds import details_card
from cogs.voting.cards.reasons_and_recusals import reason_card, recusal_card
from cogs.voting.cards.receipt import no_ballot, receipt_card
from cogs.voting.count_details import details_name
from cogs.voting.panel_state import PanelState
from cogs.voting.reasons_and_recusal import ReasonForm
from cogs.voting.signing_links import signing_card
from cogs.voting.typed_ballots.marks import TYPED, typed_form, write_mark
from cogs.voting.voters_list import PAGE, VotersButton, voters_card
from tests.builders import (
    AUTHOR,
    GUILD,
    NOW,
    ONE,
    VOTER,
    a_ballot,
    a_power,
    a_proposal,
    a_space,
    a_text,
    an_address,
    an_announcement,
    some_terms,
)
from tests.cogs.proposals.card_states import CHAINS, CITIES, LABELS, TEXTS
from tests.gallery.asking import interaction
from tests.gallery.messages import Reply, Shown

HUGE = Units(10**15 * ONE + 123_456_789)
"""More than any token has, with digits down to the last."""
OWNER = int(GUILD)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A proposal in one of the texts, under one system."""

    voting: VotingType
    name: str
    text: Text
    choices: tuple[str, ...]

    def proposal(self, **terms: Any) -> Proposal:
        found = a_proposal(text=self.text, voting=self.voting, choices=self.choices, terms=some_terms(**terms))
        return replace(found, number=4_294_967_295 if self.name == "25 choices" else 7, thread=ChannelId(GUILD))

    def marks(self) -> tuple[Mark, Mark]:
        """Two ballots: the longest to say, and another."""
        many = len(self.choices)
        match SYSTEMS[self.voting].form:
            case Single():
                return 1, 2
            case Set():
                return tuple(range(1, many + 1)), ()
            case Ranking():
                return tuple(range(many, 0, -1)), tuple(range(1, many + 1))
            case Weights():
                return tuple(range(1, many + 1)), (1,) + (0,) * (many - 1)
            case Stars(most):
                return tuple(number % (most + 1) for number in range(many)), (most,) * many


def _kinds(voting: VotingType) -> Iterator[_Kind]:
    basic = voting == "basic"
    choices = ("For", "Against", "Abstain")
    yield _Kind(voting, "an everyday text", a_text(), choices if basic else CITIES)
    for name, text in TEXTS.items():
        yield _Kind(voting, name, text, choices if basic else LABELS.get(name, CITIES))
    if not basic:
        long = tuple((f"{n}. " + "a *laboratory* that waited long " * 4)[:100].strip() for n in range(1, 26))
        yield _Kind(voting, "25 choices", TEXTS["longest"], long)


def shown() -> Iterator[Shown]:
    """Return all of it, under each system."""
    for voting in OFFERED:
        section = f"voting, {voting}"
        for kind in _kinds(voting):
            for name, message, *says in (*_ballots(kind), *_receipts(kind), *_told(kind), *_listed(kind)):
                yield Shown(section=section, name=f"{name}, {kind.name}", message=message, says=tuple(says))


_Told = tuple[Any, ...]


def _ballots(kind: _Kind) -> Iterator[_Told]:
    """Panels and forms of a ballot that is typed or made step by step."""
    proposal, (mark, other) = kind.proposal(), kind.marks()
    if typed_form(kind.voting) is None or not isinstance(mark, tuple):
        return
    for name, begun in (("nothing chosen", None), ("all chosen", mark), ("another ballot", other)):
        steps = PanelState.begin(kind.voting, len(kind.choices), proposal.options, begun)
        yield f"panel, {name}", ballot_panel(steps, proposal, OWNER), "Nothing is recorded until"
        if isinstance(steps.form, Weights):
            yield f"panel, {name}, one looked at", ballot_panel(replace(steps, at=1), proposal, OWNER)
        if steps.pages > 1:
            yield f"panel, {name}, last page", ballot_panel(replace(steps, at=steps.pages - 1), proposal, OWNER)
    typed = write_mark(kind.voting, mark)
    for name, text in (("empty", ""), ("filled", typed), ("the longest", "9" * (TYPED + 1))):
        yield f"form, {name}", BallotForm(interaction(), proposal, text, update=False), f"#{proposal.number}"
    if few(proposal):
        weights = {str(n): "9" * 20 for n in range(1, len(kind.choices) + 1)}
        yield "form of weights", WeightsForm(interaction(), proposal, weights, update=True), f"#{proposal.number}"


def _receipts(kind: _Kind) -> Iterator[_Told]:
    proposal, (mark, other) = kind.proposal(), kind.marks()
    one = Receipt(
        id="a1b2c3d4e5f60718",
        proposal=proposal.id,
        number=proposal.number,
        mark=mark,
        powers=(a_power(),),
        power=Units(ONE),
        cast_at=NOW,
        replaced=None,
    )
    lent = tuple(Lent(member=MemberId(VOTER + n), power=HUGE) for n in range(1, 200))
    wallets = tuple(a_power(n, HUGE) for n in range(1, 21))
    changes = tuple(
        PowerChange(wallet=an_address(), before=(HUGE,), after=(Units(1),), at=NOW, why=why) for why in ChangeReason
    )
    few_lent = replace(one, lent=lent[:2], power=Units(2 * HUGE + ONE), unread=(AUTHOR,))
    most = replace(
        one,
        powers=wallets,
        power=Units(219 * HUGE),
        lent=lent,
        changes=changes,
        replaced=other,
        reason_gone=True,
        unread=tuple(MemberId(AUTHOR + n) for n in range(100)),
    )
    after = Timestamp(NOW + 9 * 86_400)
    recused = replace(proposal, recusals=(_recusal(VOTER, VOTER, 1),))
    signed = kind.proposal(rules=Settled(assurance=Assurance.SIGNED))
    for name, receipt, now, of in (
        ("first vote", one, NOW, proposal),
        ("the other vote", replace(one, mark=other), NOW, proposal),
        ("changed", replace(one, replaced=other), NOW, proposal),
        ("confirmed", replace(one, replaced=mark), NOW, proposal),
        ("signed", one, NOW, signed),
        ("by a delegate", replace(one, via=AUTHOR), NOW, proposal),
        ("taken back from a delegate", replace(one, replaced=other, replaced_via=AUTHOR), NOW, proposal),
        ("with delegated power", few_lent, NOW, proposal),
        ("all that there can be", most, NOW, proposal),
        ("recused", one, NOW, recused),
        ("ended", one, after, proposal),
    ):
        yield f"receipt, {name}", receipt_card(receipt, of, now, CHAINS, again=name == "ended"), "Receipt a1b2c3d4"
    yield "receipt, none while voting", Reply(text=no_ballot(proposal, NOW)), "You have not voted"
    yield "receipt, none after the end", Reply(text=no_ballot(proposal, after)), "You have not voted"
    invited = Invitation(url="https://folkmoot.example/w/" + "t" * 43, expires_at=Timestamp(NOW + 600))
    yield "signing, unmarked", signing_card(proposal, None, invited), "Nothing is recorded yet"
    yield "signing, marked", signing_card(proposal, mark, invited), "Marked: "


def _recusal(member: MemberId, by: MemberId, wallets: int) -> Recusal:
    of = tuple(
        RecusedWallet(address=an_address(n), power=HUGE, supply=Units(0), linked=Units(0))
        for n in range(1, wallets + 1)
    )
    return Recusal(member=member, by=by, at=NOW, wallets=of)


def _told(kind: _Kind) -> Iterator[_Told]:
    """Reasons and recusals, as the thread has them."""
    proposal, (mark, _other) = kind.proposal(), kind.marks()
    reasons = {
        "short": "Yes.",
        "longest": ("It *pays* for itself within a **year**, as the table shows. " * 60)[:MAX_REASON],
        "marks": ("> # `*_~|\\\n" * 200)[:MAX_REASON],
        "right to left": "لأنها تستحق ذلك",
    }
    for name, text in reasons.items():
        facts = {"member": VOTER, "mark": json.dumps(mark), "text": text}
        yield f"reason, {name}", reason_card(an_announcement(Topic.REASON, facts=facts), proposal), "voted"
    for name, by, wallets in (("own choice", VOTER, 1), ("by a moderator", AUTHOR, 20), ("without a wallet", VOTER, 0)):
        out = replace(proposal, recusals=(_recusal(VOTER, by, wallets),))
        yield (
            f"recusal, {name}",
            recusal_card(an_announcement(Topic.RECUSAL, facts={"member": VOTER}), out),
            "takes no part",
        )
    yield "reason, form", ReasonForm(interaction(), proposal.id), "Your reason"


def _listed(kind: _Kind) -> Iterator[_Told]:
    """Who voted, and every round or duel."""
    proposal, marks = kind.proposal(), kind.marks()
    for name, many, page in (("one voter", 1, 0), ("first page", PAGE, 0), ("last page", PAGE, 4_294_967)):
        ballots = [a_ballot(n, marks[n % 2], HUGE if many > 1 else ONE) for n in range(many)]
        of = PublicBallots(
            proposal=proposal,
            state=State.CLOSED,
            space=a_space(),
            ballots=ballots,
            many=(page + 1) * PAGE if page else many,
        )
        turn = [VotersButton(proposal.id, page - 1, "Back")] if page else []
        yield f"who voted, {name}", voters_card(of, page, [turn]), "Who voted"
    terms = some_terms()
    counts: dict[str, list[tuple[Mark, int]]] = {
        "nobody voted": [],
        "one voter": [(marks[0], ONE)],
        "tie": [(marks[0], ONE), (marks[1], ONE)],
        "all that there can be": [(_turned(kind, n), HUGE + n) for n in range(len(kind.choices))],
    }
    for name, cast in counts.items():
        counted = tally(kind.voting, len(kind.choices), Ballots.of([(m, p, (p,)) for m, p in cast], 1))
        if details_name(counted):
            yield f"every round or duel, {name}", details_card(proposal, counted, terms), "How it is counted"


def _turned(kind: _Kind, first: int) -> Mark:
    mark = kind.marks()[0]
    return mark[first:] + mark[:first] if isinstance(mark, tuple) else first + 1
