"""`basic`: For, Against and (if offered) Abstain, by position; counted like single choice."""

from __future__ import annotations

from bot.domain.voting._choices import check_labels
from bot.domain.voting.single_choice import approves, check_mark

NAME = "basic"
FOR, AGAINST, ABSTAIN = 1, 2, 3
CHOICES = ("For", "Against", "Abstain")

__all__ = ["ABSTAIN", "AGAINST", "CHOICES", "FOR", "NAME", "approves", "check_choices", "check_mark"]


def check_choices(choices: tuple[str, ...]) -> None:
    """Take two or three labels, read as For, Against, Abstain by position (as Snapshot does)."""
    check_labels(choices, most=len(CHOICES))
