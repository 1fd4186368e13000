"""A proposal as people see it: the public card, the author's draft, the whole text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from bot.domain.proposals.proposal import MAX_GROUND, Proposal, Remover, State, Terms, Tombstone
from bot.domain.proposals.vote_rules import Assurance
from bot.domain.shared.types import ChainId
from bot.domain.voting import Verdict
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.discord_text import quoted_block
from bot.presentation.notices.count_words import waiting_words
from bot.presentation.results.choice_standings import whole_words
from bot.presentation.results.outcome_lines import VERDICTS, outcome_lines
from bot.services.shared.proposal_view import Progress, ProposalView
from cogs._shared.cards import ROOM, Card, Row
from cogs._shared.formatting import (
    age_words,
    amount,
    block_words,
    cut_quoted,
    moment,
    person,
    plain,
    quoted,
    unconfirmed_words,
)
from cogs.voting.cards.reasons_and_recusals import recused_words
from cogs.voting.cards.tally_bars import bars, quorum_line
from cogs.voting.cards.vote_rules import passing_words, ranking_words, voter_words

_BARS, _SUMMARY, _BODY = 1_900, 620, 600
"""Room for bars and texts, backslashes included: all texts of a card have 4,000 signs, an embed's description 4,096."""
_LINES = 10
"""Lines of a text that a card shows."""
_TITLE = 100
_OPEN, _WAITING, _QUIET = 0x4F7CFF, 0xB08D2E, 0x8B95A8
_COLOURS = {
    State.DRAFT: _QUIET,
    State.PENDING: 0x6C8EBF,
    State.VOTING: _OPEN,
    State.CLOSING: _WAITING,
    State.HELD: _WAITING,
    State.CLOSED: _QUIET,
    State.WITHDRAWN: _QUIET,
}
_OUTCOMES = {
    Verdict.PASSED: 0x3BA55D,
    Verdict.REJECTED: 0xD83C3E,
    Verdict.DECIDED: 0x3BA55D,
    Verdict.TIED: _WAITING,
    Verdict.NO_QUORUM: _QUIET,
}
"""The colours repeat what the card's word says; none of them says anything alone."""
_PHASES = {
    State.DRAFT: N_("Draft"),
    State.PENDING: N_("Opens later"),
    State.VOTING: N_("Voting"),
    State.CLOSING: N_("Closing"),
    State.HELD: N_("Held"),
    State.WITHDRAWN: N_("Withdrawn"),
}


def phase(view: ProposalView) -> str:
    """Return where a proposal stands, in a word or two."""
    result = view.proposal.result
    if view.state is State.CLOSED and result is not None:
        return _(VERDICTS[result.outcome.verdict])
    if view.proposal.tombstone is not None:
        return removed_word(view.proposal.tombstone)
    return _(_PHASES[view.state]) if view.state in _PHASES else view.state.capitalize()


def colour(view: ProposalView) -> int:
    """Return the colour that goes with `phase`."""
    result = view.proposal.result
    return _OUTCOMES[result.outcome.verdict] if result is not None else _COLOURS[view.state]


def removed_word(tombstone: Tombstone) -> str:
    """Return how a proposal was taken back, in a word."""
    return _("Withdrawn") if tombstone.by is Remover.AUTHOR else _("Deleted")


def removed_words(tombstone: Tombstone) -> str:
    """Say how it was taken back, in which part by whom, what that means, and why."""
    at = moment(tombstone.at)
    if tombstone.by is Remover.AUTHOR:
        done = _("**Withdrawn by its author**, {time}.", time=at)
    else:
        done = _("**Deleted by a moderator**, {time}.", time=at)
    kept = _("Nothing is decided; votes that were cast are kept, and count for nothing.")
    if not tombstone.reason:
        return " ".join([done, kept, _("No reason was given.")])
    return f"{done} {kept}\n> {cut_quoted(tombstone.reason, 2 * MAX_GROUND)}"


def short_cid(cid: str) -> str:
    """Return a content identifier's first 4 and last 8 characters; the last ones tell it from others."""
    return f"{cid[:4]}…{cid[-8:]}"


def heading(proposal: Proposal, word: str) -> str:
    """Return a card's title: number, phase, and the proposal's own."""
    head = f"#{proposal.number} · {word} · "
    return head + cut_quoted(_short(proposal.text.title), 256 - len(head))


def card_url(proposal: Proposal) -> str | None:
    """Return the address of the public card, if one stands."""
    if proposal.channel is None or proposal.card is None:
        return None
    return f"https://discord.com/channels/{proposal.guild}/{proposal.channel}/{proposal.card}"


def title_line(proposal: Proposal) -> str:
    """Return a card's first line: what is asked."""
    return f"### {cut_quoted(_short(proposal.text.title), 256)}"


def proposal_card(
    view: ProposalView,
    chains: Mapping[ChainId, str],
    rows: Iterable[Row] = (),
    *,
    alone: Collection[ChainId] = (),
    space: str | None = None,
) -> Card:
    """Show a proposal that was submitted: what is asked, until when, how it stands, what it still needs.

    `rows` are its buttons; `alone` the chains read from one provider only; `space` is its space's name, where a
    server has several.
    """
    proposal, terms, text = view.proposal, view.proposal.terms, view.proposal.text
    head = [title_line(proposal), _state_line(view, space)]
    head.append(quoted_block(text.summary or text.body, _SUMMARY if text.summary else _BODY, _LINES).text)
    texts = ["\n".join(filter(None, head))]
    texts += [told] if (told := _told(view)) else []
    if terms is not None and view.state is not State.WITHDRAWN:
        unconfirmed = unconfirmed_words(terms.snapshot.keys() & set(alone), chains)
        small = (*_needs(proposal, terms), snapshot_age(proposal), unconfirmed, _fixed(view))
        texts.append("\n".join(f"-# {line}" for line in small if line))
        texts.insert(-1, _standing(view, terms, ROOM - sum(map(len, texts))))
    return Card(list(filter(None, texts)), rows, colour=colour(view))


def snapshot_age(proposal: Proposal) -> str:
    """Say how old the blocks at which power is read were when the proposal was submitted, the oldest of several."""
    if proposal.terms is None or proposal.submitted_at is None or not proposal.terms.snapshot:
        return ""
    blocks = proposal.terms.snapshot.values()
    age = max(proposal.submitted_at - block.timestamp for block in blocks)
    if age < 0:
        return _("Power counts as of a block that was {age} ahead of my clock at submission.", age=age_words(-age))
    if len(blocks) == 1:
        return _("Power counts as of a block that was {age} old at submission.", age=age_words(age))
    return _("Power counts as of blocks of which the oldest was {age} old at submission.", age=age_words(age))


def power_words(terms: Terms, chains: Mapping[ChainId, str], explorers: Mapping[ChainId, str], most: int = 1024) -> str:
    """Say what gives power, and at which blocks it is read, in at most so many signs."""
    blocks = [block_words(block, chains, explorers.get(chain)) for chain, block in terms.snapshot.items()]
    return _trim(_("{symbol} held at {blocks}", symbol=quoted(terms.symbol), blocks=", ".join(blocks)), most, ", ")


def choice_line(proposal: Proposal, number: int, behind: str = "") -> str:
    """Return what autocomplete shows of a proposal, with something `behind` it: at most 100 signs."""
    return plain(f"#{number} {proposal.text.title}", 100 - len(behind)) + behind


def _short(title: str) -> str:
    return plain(title, _TITLE)


def _state_line(view: ProposalView, space: str | None) -> str:
    """Say where it stands and until when; who proposed it."""
    proposal, terms = view.proposal, view.proposal.terms
    parts = [f"**{phase(view)}**"]
    if terms is not None and view.state is State.PENDING:
        parts.append(_("opens {start}, ends <t:{end}:f>", start=moment(terms.start), end=terms.end))
    elif terms is not None and view.state is State.WITHDRAWN:
        parts.append(_("was to end {end}", end=moment(terms.end)))
    elif terms is not None:
        over = view.state is not State.VOTING
        parts.append(_("ended {end}", end=moment(terms.end)) if over else _("ends {end}", end=moment(terms.end)))
    who = _("#{number}, proposed by {member}", number=proposal.number, member=person(proposal.author))
    parts.append(who if space is None else _("{proposed} in {space}", proposed=who, space=quoted(space)))
    return " · ".join(parts)


def _fixed(view: ProposalView) -> str:
    """Say what names the text once it is fixed, and until then that it may still change."""
    if view.state is State.PENDING:
        return _("Its author may change the text until voting opens.")
    cid = view.proposal.cid
    return _("Text and terms are fixed as {cid}.", cid=short_cid(cid)) if cid else ""


def _told(view: ProposalView) -> str:
    """Say what was decided, or why nothing is counted yet; nothing while it is open."""
    proposal, terms = view.proposal, view.proposal.terms
    if proposal.tombstone is not None:
        return removed_words(proposal.tombstone)
    if proposal.result is not None and terms is not None:
        return outcome_lines(proposal, proposal.result, terms, quoted).text("**")
    if view.state is State.HELD:
        why = (
            quoted(waiting_words(proposal.held_reason), 200) if proposal.held_reason else _("a chain could not be read")
        )
        return _("**The count waits:** {why}.", why=why)
    return _("**Voting is over;** the count follows within minutes.") if view.state is State.CLOSING else ""


def _standing(view: ProposalView, terms: Terms, room: int) -> str:
    """Say how the choices stand, and how far the quorum is."""
    proposal = view.proposal
    if view.state is State.PENDING:
        return _choices(proposal)
    before = [] if view.progress is None or proposal.result is not None else [f"**{_voters(view.progress, terms)}**"]
    after = [quorum_line(view.progress, terms)] if proposal.result is None else []
    if view.tally is None:
        before.append(_("How they voted is **hidden until the result**."))
        return "\n".join((*before, _choices(proposal), *after))
    if view.tally.ballots and (told := whole_words(proposal, view.tally)):
        after.insert(0, f"-# {told}")
    room -= sum(len(line) + 1 for line in (*before, *after))
    return "\n".join((*before, bars(proposal, view.tally, terms, min(_BARS, room)), *after))


def _needs(proposal: Proposal, terms: Terms) -> list[str]:
    """Return what a voter has to know besides: approval, who votes, how ballots are cast, who takes no part."""
    lines = [passing_words(terms, proposal.voting)]
    lines.append(voter_words(terms.voters) if terms.voters else "")
    lines.append(_("Each ballot is signed by its wallet") if terms.rules.assurance is Assurance.SIGNED else "")
    ranking = ranking_words(terms.rules, proposal.voting)
    lines.append(_("Rankings {rule}", rule=ranking) if ranking else "")
    lines.append(recused_words(proposal))
    return [f"{line[:1].upper()}{line[1:]}." for line in lines if line]


def _choices(proposal: Proposal) -> str:
    text = ""
    for limit in (80, 48, 32, 20):
        text = "\n".join(f"{index}. {quoted(label, limit)}" for index, label in enumerate(proposal.choices, start=1))
        if len(text) <= _BARS:
            break
    return text


def _voters(progress: Progress, terms: Terms) -> str:
    if not progress.ballots:
        return _("No votes yet")
    if progress.turnout is None:
        return ngettext("{number} wallet voted", "{number} wallets voted", progress.ballots)
    power = amount(progress.turnout, terms.scale, terms.symbol)
    return ngettext(
        "{number} wallet voted with {power}", "{number} wallets voted with {power}", progress.ballots, power=power
    )


def _trim(text: str, room: int, separator: str = "\n") -> str:
    """Keep whole entries that fit, and say how many did not."""
    entries = text.split(separator)
    kept = len(entries)
    while kept > 1 and len(shown := separator.join(entries[:kept]) + f"{separator}… and {len(entries) - kept}") > room:
        kept -= 1
    return text if kept == len(entries) and len(text) <= room else shown[:room]
