"""`basic`: For, Against and (if offered) Abstain, by position; counted like single choice.

What passes is not the highest score but For against Against: see `outcome`.
"""

from __future__ import annotations

from bot.domain.voting.ballot_forms import Single
from bot.domain.voting.outcome.outcome_reason import equal_power, most_power
from bot.domain.voting.systems.single_choice import count
from bot.domain.voting.voting_system import Rounds, Scores, System

FOR, AGAINST, ABSTAIN = 1, 2, 3
CHOICES = ("For", "Against", "Abstain")

SYSTEM = System(
    form=Single(),
    count=count,
    scores=Scores.POWER,
    rounds=Rounds.NONE,
    thresholds=True,
    for_against=True,
    most_choices=len(CHOICES),
    why_first=most_power,
    why_equal=equal_power,
    rule="one choice a ballot; passes if the first choice has more power than the second",
    ties="As much For as Against is a tie, and nothing is decided.",
    offer="For, Against, Abstain",
    note="",
    brief="",
)
