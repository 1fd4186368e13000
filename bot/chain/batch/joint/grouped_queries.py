"""Questions with their wallets, and their answers in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.chain.batch.batch_query import Answer, Asked, BatchQuery
from bot.chain.batch.spot_checks import SAMPLE, spread
from bot.domain.shared.types import Address

Wallets = Mapping[BatchQuery, Sequence[Address]]
Told = dict[BatchQuery, list[Answer]]
"""The answers to each question, wallet by wallet."""
Found = dict[BatchQuery, list[int | None]]
"""The same after verification; None if a call fails or returns nothing."""


def sample(wallets: Sequence[Address]) -> list[int]:
    """Return the wallets for which plain calls are made."""
    return spread(range(len(wallets)), SAMPLE)


def pairs(asked: Wallets) -> list[Asked]:
    """Return all pairs of question and wallet."""
    return [(question, wallet) for question, wallets in asked.items() for wallet in wallets]


def divided(asked: Wallets, answers: Sequence[Answer]) -> Told:
    """Split a flat list of answers by question."""
    told, at = Told(), 0
    for question, wallets in asked.items():
        told[question] = list(answers[at : at + len(wallets)])
        at += len(wallets)
    return told


def without(asked: Wallets, done: Iterable[BatchQuery]) -> Wallets:
    """Return the questions that are not in `done`."""
    gone = set(done)
    return {question: wallets for question, wallets in asked.items() if question not in gone}


def number(answer: Answer) -> int | None:
    """Return the answer if it is a number, else None."""
    return answer if isinstance(answer, int) else None
