"""What was decided, as every page and feed says it: the lines that Discord's cards have."""

from __future__ import annotations

from bot.domain.proposals.proposal import Proposal
from bot.presentation.markdown.safe_text import visible
from bot.presentation.results.outcome_lines import outcome_lines


def plain(text: str) -> str:
    """Write a member's words on one line; pages escape all that they show."""
    return " ".join(visible(text).split())


def outcome_of(proposal: Proposal) -> str:
    """Say what was decided, by how much and of what turnout; nothing before the result."""
    terms = proposal.terms_after_recusals
    if proposal.result is None or terms is None:
        return ""
    return outcome_lines(proposal, proposal.result, terms, plain).text().replace("\n", " ")
