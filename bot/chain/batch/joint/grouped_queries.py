"""Questions with the wallets that they are asked of, and their answers, in one order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.chain.batch.batch_query import Answer, Asked, BatchQuery
from bot.chain.batch.spot_checks import SAMPLE, spread
from bot.domain.shared.types import Address

Wallets = Mapping[BatchQuery, Sequence[Address]]
Told = dict[BatchQuery, list[Answer]]
"""What was answered to each question, wallet by wallet."""
Found = dict[BatchQuery, list[int | None]]
"""The same once it is believed; None where a call fails or says nothing."""


def sample(wallets: Sequence[Address]) -> list[int]:
    """Return which wallets plain calls are asked of."""
    return spread(range(len(wallets)), SAMPLE)


def pairs(asked: Wallets) -> list[Asked]:
    """Return what is asked one by one."""
    return [(question, wallet) for question, wallets in asked.items() for wallet in wallets]


def divided(asked: Wallets, answers: Sequence[Answer]) -> Told:
    """Give each question its answers back."""
    told, at = Told(), 0
    for question, wallets in asked.items():
        told[question] = list(answers[at : at + len(wallets)])
        at += len(wallets)
    return told


def without(asked: Wallets, done: Iterable[BatchQuery]) -> Wallets:
    """Return what is not done yet."""
    gone = set(done)
    return {question: wallets for question, wallets in asked.items() if question not in gone}


def number(answer: Answer) -> int | None:
    """Return the number, None where there is none."""
    return answer if isinstance(answer, int) else None
