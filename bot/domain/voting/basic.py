"""`basic`: For, Against and (if offered) Abstain, by position; counted like single choice.

What passes is not the highest score but For against Against: see `outcome`.
"""

from __future__ import annotations

from bot.domain.voting._choices import check_labels
from bot.domain.voting.single_choice import check_mark, count

NAME = "basic"
TIES = "As much For as Against is a tie, and nothing is decided."
FOR, AGAINST, ABSTAIN = 1, 2, 3
CHOICES = ("For", "Against", "Abstain")

__all__ = ["ABSTAIN", "AGAINST", "CHOICES", "FOR", "NAME", "TIES", "check_choices", "check_mark", "count"]


def check_choices(choices: tuple[str, ...]) -> None:
    """Take two or three labels, read as For, Against, Abstain by position (as Snapshot does)."""
    check_labels(choices, most=len(CHOICES))
