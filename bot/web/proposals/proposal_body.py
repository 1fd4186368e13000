"""What the page of a proposal says, in order: what was decided, how choices stand, the proof, the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import floor

from bot.domain.audit.bundle.writing.bundle_builder import StoredBundle
from bot.domain.audit.public_view import PublicProposal
from bot.domain.proposals.proposal import Proposal, State, Terms
from bot.domain.shared.amounts import exact
from bot.domain.shared.types import ChainId
from bot.domain.voting import SYSTEMS, Tally
from bot.presentation.catalogue.formats import moment
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import cut
from bot.presentation.results.choice_standings import choice_standings, whole_words
from bot.presentation.results.quorum_words import quorum_fact
from bot.web.proposals.count_details import count_details
from bot.web.proposals.outcome import outcome_of
from bot.web.shared.html import NOTHING, Html, fragment, join, prose, sentence
from bot.web.shared.navigation import crumbs, discussion, said
from bot.web.shared.public_answers import iso

_PHASES = {
    State.PENDING: N_("Voting has not begun."),
    State.VOTING: N_("Voting is open."),
    State.CLOSING: N_("Voting is over; the count is made a minute after the end."),
    State.HELD: N_("Voting is over; the count waits until every voter's power can be read again."),
}
_DESCRIPTION = 300
"""Signs of a description that programs show of a link."""


def proposal_body(found: PublicProposal, terms: Terms, chains: Mapping[ChainId, str]) -> Html:
    """Return the page's content. `chains` are the names of chains."""
    proposal, text = found.proposal, found.proposal.text
    here = f"/p/{proposal.guild}/{proposal.number}"
    return fragment("proposals/proposal.html").fill(
        crumbs=crumbs([(found.space.name, f"/p/{proposal.guild}"), (f"#{proposal.number}", here)]),
        title=text.title,
        phase=phase_words(proposal, found.state),
        summary=fragment("shared/lead.html").fill(text=text.summary) if text.summary else NOTHING,
        proposal_label=_("Proposal"),
        number=proposal.number,
        start_label=_("Voting opens"),
        start=moment(terms.start),
        start_iso=iso(terms.start),
        end_label=_("Voting ends"),
        end=moment(terms.end),
        end_iso=iso(terms.end),
        quorum_label=_("Quorum"),
        quorum=quorum_fact(found.reached, terms, str, exactly=found.turnout is not None),
        votes=_votes(found, terms),
        proof=_proof(proposal, terms, found.kept) if found.kept else NOTHING,
        read=_("Read the whole proposal"),
        body=prose(text.body),
        discussion=discussion(text.discussion),
        blocks_title=_("Where power is read"),
        blocks=join(_blocks(terms, chains)),
        cid_label=_("Content identifier of all that is voted on:"),
        cid=proposal.cid or "",
    )


def phase_words(proposal: Proposal, state: State) -> str:
    """Say what was decided and why, or else where the vote stands."""
    return outcome_of(proposal) or (_(_PHASES[state]) if state in _PHASES else "")


def description_of(found: PublicProposal) -> str:
    """Say in short what a link to the page leads to: the outcome or the phase, then the summary."""
    parts = (phase_words(found.proposal, found.state), found.proposal.text.summary)
    return cut(" ".join(filter(None, parts)), _DESCRIPTION)


def _votes(found: PublicProposal, terms: Terms) -> Html:
    proposal, tally = found.proposal, found.tally
    if found.state is State.PENDING:
        return NOTHING
    if tally is None:
        hidden = said(_("How members vote is hidden until the result."), "lead")
        if found.voted is None:
            return hidden
        return join([hidden, said(ngettext("{number} wallet has voted.", "{number} wallets have voted.", found.voted))])
    return fragment("proposals/proposal_votes.html").fill(
        title=_("Result") if proposal.result else _("So far"),
        choice=_("Choice"),
        standing=_("Score"),
        power=_("Power in {symbol}", symbol=terms.symbol),
        rows=join(_rows(proposal, tally, terms)),
        turnout=" ".join(filter(None, (_turnout(tally, terms), whole_words(proposal, tally)))),
        rule=_(SYSTEMS[proposal.voting].brief),
        details=count_details(proposal, tally, terms),
        voters=f"/p/{proposal.guild}/{proposal.number}/voters",
        voters_words=_("Who voted"),
    )


def _rows(proposal: Proposal, tally: Tally, terms: Terms) -> Iterable[Html]:
    for one in choice_standings(proposal, tally, terms):
        figure = _("out in round {round}", round=one.out) if one.out else one.figure
        yield fragment("proposals/proposal_row.html").fill(
            label=one.label,
            figure=figure,
            amount=one.amount,
            alt=_("{choice}: {figure}", choice=one.label, figure=figure),
            width=f"{floor(1_000 * min(one.part, Fraction(1))) / 10:g}",
        )


def _turnout(tally: Tally, terms: Terms) -> str:
    return ngettext(
        "{number} wallet with {power}.",
        "{number} wallets with {power}.",
        tally.ballots,
        power=f"{exact(tally.total, terms.scale)} {terms.symbol}",
    )


def _blocks(terms: Terms, chains: Mapping[ChainId, str]) -> Iterable[Html]:
    for chain, block in terms.snapshot.items():
        words = _(
            "{chain}, block {number},",
            chain=chains.get(chain) or _("chain {number}", number=chain),
            number=f"{block.number:,}",
        )
        yield fragment("proposals/proposal_block.html").fill(words=words, hash=block.hash)


def _proof(proposal: Proposal, terms: Terms, kept: StoredBundle) -> Html:
    here = f"/p/{proposal.guild}/{proposal.number}"
    nodes = " ".join(f"{chain}=URL" for chain in terms.snapshot)
    name = f"proposal-{proposal.number}-result.json.gz"
    return fragment("proposals/proposal_proof.html").fill(
        title=_("Check it yourself"),
        bundle=sentence(
            N_("The {bundle} ({size}) holds every ballot that counts."),
            bundle=_link(f"{here}/result.json.gz", _("result bundle")),
            size=f"{kept.size / 1024:,.0f} KiB",
        ),
        table=sentence(N_("The {table} is for spreadsheets."), table=_link(f"{here}/ballots.csv", _("table"))),
        recomputes=_("This recomputes the result, and reads every wallet's power again at the block:"),
        command_label=_("The command"),
        command=f"folkmoot verify {name} --cid {kept.cid} --rpc {nodes}",
        identifiers=sentence(
            N_("Content identifier {identifier}, Merkle root {root}."),
            identifier=fragment("shared/inline/code.html").fill(text=kept.cid),
            root=fragment("shared/inline/code.html").fill(text=kept.root),
        ),
        compare=sentence(
            N_("Compare them with those that {proof} tells below the result on Discord."),
            proof=fragment("shared/inline/emphasis.html").fill(text=_("Proof")),
        ),
    )


def _link(address: str, words: str) -> Html:
    return fragment("shared/inline/link.html").fill(address=address, words=words)
