"""A proposal as people see it: the public card, the author's draft, the whole text."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping

import discord

from bot.domain.proposals.proposal import MAX_GROUND, Proposal, Remover, State, Terms, Tombstone
from bot.domain.proposals.vote_rules import Assurance
from bot.domain.shared.types import ChainId
from bot.domain.voting import SYSTEMS, Verdict
from bot.presentation.markdown.discord_text import for_discord, quoted_block
from bot.services.shared.proposal_view import Progress, ProposalView
from cogs._shared.formatting import (
    age_words,
    amount,
    block_words,
    cut_quoted,
    moment,
    person,
    plain,
    plural,
    quoted,
    unconfirmed_words,
)
from cogs.voting.cards.reasons_and_recusals import recused_words
from cogs.voting.cards.tally_bars import bars, quorum_words
from cogs.voting.cards.vote_rules import ASSURED, choices_lines, passing_words, ranking_words, voter_words
from cogs.voting.cards.voting_systems import rule_words

_BARS, _SUMMARY, _BODY, _WHOLE = 2_000, 620, 600, 4_000
"""Room in an embed's description, which holds 4,096 signs, backslashes included."""
_LINES = 10
"""Lines of a text that a card shows."""
_TITLE = 100
_COLOURS = {
    State.DRAFT: 0x8B95A8,
    State.PENDING: 0x6C8EBF,
    State.VOTING: 0x4F7CFF,
    State.CLOSING: 0xB08D2E,
    State.HELD: 0xB08D2E,
    State.CLOSED: 0x4FB286,
    State.WITHDRAWN: 0x8B95A8,
}
_PHASES = {
    State.DRAFT: "Draft",
    State.PENDING: "Opens later",
    State.VOTING: "Voting",
    State.CLOSING: "Closing",
    State.HELD: "Held",
    State.WITHDRAWN: "Withdrawn",
}
_VERDICTS = {
    Verdict.PASSED: "Passed",
    Verdict.REJECTED: "Rejected",
    Verdict.DECIDED: "Decided",
    Verdict.TIED: "Tied",
    Verdict.NO_QUORUM: "No quorum",
}


def phase(view: ProposalView) -> str:
    """Return where a proposal stands, in a word or two."""
    result = view.proposal.result
    if view.state is State.CLOSED and result is not None:
        return _VERDICTS[result.outcome.verdict]
    if view.proposal.tombstone is not None:
        return removed_word(view.proposal.tombstone)
    return _PHASES.get(view.state, view.state.capitalize())


def removed_word(tombstone: Tombstone) -> str:
    """Return how a proposal was taken back, in a word."""
    return "Withdrawn" if tombstone.by is Remover.AUTHOR else "Deleted"


def removed_words(tombstone: Tombstone) -> str:
    """Say how it was taken back, in which part by whom, what that means, and why."""
    who = "its author" if tombstone.by is Remover.AUTHOR else "a moderator"
    why = f"\n> {cut_quoted(tombstone.reason, 2 * MAX_GROUND)}" if tombstone.reason else " No reason was given."
    kept = "Nothing is decided; votes that were cast are kept, and count for nothing."
    return f"**{removed_word(tombstone)} by {who}**, {moment(tombstone.at)}. {kept}{why}"


def short_cid(cid: str) -> str:
    """Return what tells a content identifier from others at a glance: every one begins alike."""
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


def proposal_card(
    view: ProposalView,
    chains: Mapping[ChainId, str],
    explorers: Mapping[ChainId, str],
    ref: str = "",
    *,
    alone: Collection[ChainId] = (),
    space: str | None = None,
) -> discord.Embed:
    """Show a proposal that was submitted: what is asked, until when, with which power, how it stands.

    `alone` are the chains of which one provider alone tells; `space` is its space's name, where a server has several.
    """
    proposal, terms = view.proposal, view.proposal.terms
    embed = discord.Embed(
        title=heading(proposal, phase(view)),
        description=_description(view),
        colour=discord.Colour(_COLOURS[view.state]),
    )
    embed.add_field(name="Proposed by", value=person(proposal.author))
    if space is not None:
        embed.add_field(name="Space", value=quoted(space))
    if terms is not None:
        embed.add_field(name="Window", value=_window(view, terms))
    if terms is not None and view.state is not State.WITHDRAWN:
        told = [snapshot_age(proposal), unconfirmed_words(terms.snapshot.keys() & set(alone), chains)]
        power = "\n".join([power_words(terms, chains, explorers, 700), *filter(None, told)])
        embed.add_field(name="Power", value=_trim(power, 1024), inline=False)
        embed.add_field(name="Quorum", value=quorum_words(view.progress, terms), inline=False)
        embed.add_field(name="How it is counted", value=rule_words(proposal.voting, terms), inline=False)
        if needed := passing_words(terms, proposal.voting):
            embed.add_field(name="Approval", value=needed, inline=False)
        if terms.voters:
            embed.add_field(name="Voters", value=voter_words(terms.voters), inline=False)
        if rankings := ranking_words(terms.rules, proposal.voting):
            embed.add_field(name="Rankings", value=rankings, inline=False)
        if terms.rules.assurance is Assurance.SIGNED:
            embed.add_field(name="Ballots", value=ASSURED[Assurance.SIGNED].capitalize(), inline=False)
        if recused := recused_words(proposal):
            embed.add_field(name="Recused", value=recused, inline=False)
    if links := _links(proposal):
        embed.add_field(name="Discussion", value=links, inline=False)
    embed.set_footer(text=_footer(proposal, ref))
    return embed


def draft_card(proposal: Proposal) -> discord.Embed:
    """Show a draft to its author, with what comes next."""
    text = proposal.text
    choices = "\n".join(f"{index}. {quoted(label, 80)}" for index, label in enumerate(proposal.choices, start=1))
    embed = discord.Embed(
        title=heading(proposal, "Draft"),
        description="\n\n".join(
            [quoted_block(text.summary, _SUMMARY).text] * bool(text.summary) + [for_discord(text.body, 2_000).text]
        ),
        colour=discord.Colour(_COLOURS[State.DRAFT]),
    )
    if len(text.title) > _TITLE:
        embed.add_field(name="Whole title", value=cut_quoted(text.title, 600), inline=False)
    embed.add_field(name=f"Choices ({proposal.voting})", value=_trim(choices, 1024), inline=False)
    embed.add_field(name="How it is counted", value=rule_words(proposal.voting), inline=False)
    if settled := choices_lines(proposal.chosen, proposal.voting):
        embed.add_field(name="You chose", value="\n".join(line.capitalize() for line in settled), inline=False)
    if text.discussion:
        embed.add_field(name="Discussion", value=cut_quoted(text.discussion, 600), inline=False)
    embed.set_footer(text="Only you see this. Submit puts it to the vote; the text is fixed once voting opens.")
    return embed


def whole_text(proposal: Proposal) -> tuple[discord.Embed, discord.File | None]:
    """Show all that a proposal says; what an embed can't hold comes as a file too."""
    text = proposal.text
    body = for_discord(text.body, _WHOLE)
    embed = discord.Embed(title=f"#{proposal.number} · {cut_quoted(text.title, 240)}", description=body.text)
    if text.summary:
        embed.add_field(name="Summary", value=cut_quoted(text.summary, _SUMMARY), inline=False)
    if text.discussion:
        embed.add_field(name="Discussion", value=cut_quoted(text.discussion, 600), inline=False)
    if proposal.cid:
        embed.add_field(name="Content identifier", value=f"`{proposal.cid}`", inline=False)
    if body.whole:
        return embed, None
    whole = "\n\n".join(part for part in (text.title, text.summary, text.body, text.discussion) if part)
    embed.set_footer(text="The attached file holds the text in full.")
    return embed, discord.File(
        io.BytesIO(whole.encode()),
        filename=f"proposal-{proposal.number}.txt",
        description=f"The full text of proposal {proposal.number}",
    )


def snapshot_age(proposal: Proposal) -> str:
    """Say how old the blocks at which power is read were when the proposal was submitted, the oldest of several."""
    if proposal.terms is None or proposal.submitted_at is None or not proposal.terms.snapshot:
        return ""
    blocks = proposal.terms.snapshot.values()
    age = max(proposal.submitted_at - block.timestamp for block in blocks)
    which = "That block was" if len(blocks) == 1 else "The oldest of these blocks was"
    if age < 0:
        return f"{which} {age_words(-age)} ahead of my clock when this was submitted."
    return f"{which} {age_words(age)} old when this was submitted."


def power_words(terms: Terms, chains: Mapping[ChainId, str], explorers: Mapping[ChainId, str], most: int = 1024) -> str:
    """Say what gives power, and at which blocks it is read, in at most so many signs."""
    blocks = [block_words(block, chains, explorers.get(chain)) for chain, block in terms.snapshot.items()]
    return _trim(f"{quoted(terms.symbol)} held at " + ", ".join(blocks), most, ", ")


def choice_line(proposal: Proposal, number: int, behind: str = "") -> str:
    """Return what autocomplete shows of a proposal, with something `behind` it: at most 100 signs."""
    return plain(f"#{number} {proposal.text.title}", 100 - len(behind)) + behind


def _short(title: str) -> str:
    return plain(title, _TITLE)


def _description(view: ProposalView) -> str:
    proposal, text = view.proposal, view.proposal.text
    parts = [quoted_block(text.summary, _SUMMARY).text if text.summary else quoted_block(text.body, _BODY, _LINES).text]
    if proposal.tombstone is not None:
        parts.append(removed_words(proposal.tombstone))
    elif view.state is State.PENDING and proposal.terms is not None:
        parts.append(f"**Voting opens {moment(proposal.terms.start)}.**\n" + _choices(proposal))
    elif proposal.terms is not None:
        if view.state is State.HELD:
            parts.append(f"**The count waits:** {quoted(proposal.held_reason or 'a chain could not be read', 200)}.")
        if view.state is State.CLOSING:
            parts.append("**Voting is over;** the count follows within minutes.")
        parts.append(_votes(view, proposal.terms))
        if (note := SYSTEMS[proposal.voting].note) and view.tally is not None and view.tally.ballots:
            parts.append(note)
    return "\n\n".join(parts)


def _choices(proposal: Proposal) -> str:
    text = ""
    for limit in (80, 48, 32, 20):
        text = "\n".join(f"{index}. {quoted(label, limit)}" for index, label in enumerate(proposal.choices, start=1))
        if len(text) <= _BARS:
            break
    return text


def _votes(view: ProposalView, terms: Terms) -> str:
    voters = "" if view.progress is None else f"**{_voters(view.progress, terms)}**\n"
    if view.tally is None:
        return f"{voters}How they voted is **hidden until the result**.\n{_choices(view.proposal)}"
    return voters + bars(view.proposal, view.tally, terms, _BARS)


def _voters(progress: Progress, terms: Terms) -> str:
    if not progress.ballots:
        return "No votes yet"
    wallets = f"{plural(progress.ballots, 'wallet')} voted"
    return (
        wallets if progress.turnout is None else f"{wallets} with {amount(progress.turnout, terms.scale, terms.symbol)}"
    )


def _window(view: ProposalView, terms: Terms) -> str:
    if view.state is State.PENDING:
        return f"opens {moment(terms.start)}\nends {moment(terms.end)}"
    words = {State.VOTING: "ends", State.WITHDRAWN: "was to end"}.get(view.state, "ended")
    return f"{words} {moment(terms.end)}"


def _links(proposal: Proposal) -> str:
    parts = [f"<#{proposal.thread}>"] if proposal.thread is not None else []
    if proposal.text.discussion:
        parts.append(cut_quoted(proposal.text.discussion, 600))
    return " · ".join(parts)


def _footer(proposal: Proposal, ref: str) -> str:
    head = f"Proposal {proposal.number} · {proposal.voting}"
    head += f" · {short_cid(proposal.cid)}" if proposal.cid else ""
    return f"{head} · ref {ref}" if ref else head


def _trim(text: str, room: int, separator: str = "\n") -> str:
    """Keep whole entries that fit, and say how many did not."""
    entries = text.split(separator)
    kept = len(entries)
    while kept > 1 and len(shown := separator.join(entries[:kept]) + f"{separator}… and {len(entries) - kept}") > room:
        kept -= 1
    return text if kept == len(entries) and len(text) <= room else shown[:room]
