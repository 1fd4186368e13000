"""A draft as its author sees it, with what comes next."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.proposals.proposal import Proposal
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.discord_text import quoted_block
from cogs._shared.cards import ROOM, Card, Row
from cogs._shared.formatting import cut_quoted, quoted
from cogs.voting.cards.vote_rules import choices_lines
from cogs.voting.cards.voting_systems import rule_words

_DRAFT = 0x8B95A8
_TITLE, _SUMMARY, _CHOICES, _URL = 600, 620, 1_000, 300
"""Room for each, of the signs that a message holds; the text has what is left."""
_LABELS = (80, 36, 24, 12)


def draft_card(proposal: Proposal, rows: Iterable[Row] = (), *, told: str = "") -> Card:
    """Show a draft to its author: what it says, its choices, how it is counted. `told` goes before it."""
    text = proposal.text
    head = "\n".join(filter(None, [f"### {cut_quoted(text.title, _TITLE)}", told]))
    choices = _("**Choices ({system})**\n{choices}", system=_(proposal.voting), choices=_choices(proposal.choices))
    facts = [choices, _("**How it is counted**\n{rule}", rule=rule_words(proposal.voting))]
    if settled := choices_lines(proposal.chosen, proposal.voting):
        chosen = "\n".join(f"{line[:1].upper()}{line[1:]}" for line in settled)
        facts.append(_("**You chose**\n{rules}", rules=chosen))
    if text.discussion:
        facts.append(_("**Discussion**\n{address}", address=cut_quoted(text.discussion, _URL)))
    small = _("-# Only you see this. Submit puts it to the vote; the text is fixed once voting opens.")
    summary = quoted_block(text.summary, _SUMMARY).text if text.summary else ""
    room = ROOM - sum(len(part) + 2 for part in (head, *facts, small, summary))
    body = quoted_block(text.body, max(room, 200)).text
    texts = [head, *([summary] if summary else []), body, "\n".join(facts), small]
    return Card(texts, rows, colour=_DRAFT)


def _choices(labels: Iterable[str]) -> str:
    text = ""
    for limit in _LABELS:
        text = "\n".join(f"{index}\\. {quoted(label, limit)}" for index, label in enumerate(labels, start=1))
        if len(text) <= _CHOICES:
            break
    return text
