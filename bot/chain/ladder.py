"""Answers one question about many wallets through one endpoint, by the fastest rung that proved itself there."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from bot.chain.endpoint import IN_FLIGHT, Endpoint
from bot.chain.faults import CallFailed, Failure, NoContract, NodeFault
from bot.chain.question import UNTRIED, Answer, Malformed, Place, Question
from bot.chain.rungs import LADDER, Batched, Rung, Single
from bot.chain.together import together
from bot.domain.errors import ChainFault
from bot.domain.types import Address

_SAMPLE = 3
_UNFIT = {ChainFault.BAD_ANSWER, ChainFault.TOO_LARGE}
"""Faults that, on a sample of three, mean that the rung does not work here."""


class Ladder:
    """The rungs of one endpoint. Each is tried from the top on a sample, until one says what plain calls say.

    That one is remembered, separately for calls of contracts and for the chain's own coin, and forgotten if it
    ever fails in form. Then n wallets take ceil(n / chunk) requests, fewer wallets a request where it must be.
    """

    def __init__(self, endpoint: Endpoint, rungs: Sequence[Rung] = LADDER) -> None:
        self._endpoint = endpoint
        self._rungs = tuple(rungs)
        self._proved: dict[bool, Rung] = {}
        self._most: dict[tuple[Rung, Question], int] = {}
        self._proving = asyncio.Lock()

    def standing(self, *, coin: bool) -> str | None:
        """Return the name of the rung in use, None before the first read."""
        rung = self._proved.get(coin)
        return None if rung is None else type(rung).__name__.lower()

    async def ask(self, question: Question, wallets: Sequence[Address], place: Place) -> list[int | None]:
        """Answer for each wallet in order; None where the call fails or says nothing.

        Raises:
            NodeFault: the endpoint could not serve.
            NoContract: nothing answers because no contract stands at the target.

        """
        if not wallets:
            return []
        coin = question.target is None
        async with self._proving:
            rung = self._proved.get(coin) or await self._prove(question, wallets, place)
        try:
            answers = await self._all(rung, question, wallets, place)
        except (Malformed, CallFailed):
            self._proved.pop(coin, None)
            raise NodeFault(ChainFault.BAD_ANSWER, "it no longer takes requests that it took") from None
        if question.target is not None and all(answer is None for answer in answers):
            await self.stands(question.target, place)
        return answers

    async def stands(self, target: Address, place: Place) -> None:
        """Raise NoContract unless code stands at `target`."""
        if not await self._endpoint.code(target, place.where):
            raise NoContract(target, place.block.number)

    async def _prove(self, question: Question, wallets: Sequence[Address], place: Place) -> Rung:
        """Return the first rung that agrees with plain calls on a sample."""
        sample = list(dict.fromkeys((wallets[0], wallets[len(wallets) // 2], wallets[-1])))[:_SAMPLE]
        try:
            truth = await Single().ask(self._endpoint, place, question, sample)
        except CallFailed as failed:
            raise NodeFault(ChainFault.BAD_ANSWER, f"plain calls fail: {failed.failure.value}") from None
        conclusive = any(answer is not None for answer in truth)
        if question.target is not None and not conclusive:
            await self.stands(question.target, place)
        for rung in self._rungs:
            try:
                if await rung.ask(self._endpoint, place, question, sample) != truth:
                    continue
            except (Malformed, CallFailed):
                continue
            except NodeFault as fault:
                if not unfit(fault):
                    raise
                continue
            if conclusive:
                self._proved[question.target is None] = rung
            return rung
        raise NodeFault(ChainFault.BAD_ANSWER, "it answers the same call differently from one time to the next")

    async def _all(self, rung: Rung, question: Question, wallets: Sequence[Address], place: Place) -> list[int | None]:
        answers: list[int | None] = [None] * len(wallets)
        pending = deque(self._pieces(rung, question, 0, len(wallets)))

        async def work() -> None:
            while pending:
                start, end = pending.popleft()
                done = 0
                try:
                    got = await self._some(rung, question, wallets[start:end], place)
                except (NodeFault, CallFailed) as failure:
                    if not wants_less(failure) or end - start == 1:
                        raise
                    self._most[rung, question] = (end - start + 1) // 2
                else:
                    done = self._store(got, answers, start)
                    if done < end - start:
                        self._most[rung, question] = done
                pending.extend(self._pieces(rung, question, start + done, end))

        await together(work() for _ in range(min(IN_FLIGHT, len(pending))))
        return answers

    def _pieces(self, rung: Rung, question: Question, start: int, end: int) -> list[tuple[int, int]]:
        most = self._most.get((rung, question)) or rung.most(question)
        return [(at, min(at + most, end)) for at in range(start, end, most)]

    @staticmethod
    def _store(got: Sequence[Answer], answers: list[int | None], start: int) -> int:
        """Put answers in their place and return how many wallets were tried; those that were not come last."""
        tried = got.index(UNTRIED) if got[-1] is UNTRIED else len(got)
        if not tried:
            raise NodeFault(ChainFault.TOO_LARGE, "it gives a call too little gas")
        answers[start : start + tried] = [answer if isinstance(answer, int) else None for answer in got[:tried]]
        return tried

    async def _some(self, rung: Rung, question: Question, wallets: Sequence[Address], place: Place) -> Sequence[Answer]:
        """Ask by the rung, and plainly where a call failed in it that may have been short of gas."""
        answers: list[Answer]
        try:
            answers = await rung.ask(self._endpoint, place, question, wallets)
        except CallFailed as failed:
            if rung.sure or len(wallets) > 1 or failed.failure is not Failure.OUT_OF_GAS:
                raise
            answers = [None]
        if rung.sure:
            return answers
        doubtful = [at for at, answer in enumerate(answers) if answer is None]
        most = Batched().most(question)
        for first in range(0, len(doubtful), most):
            some = doubtful[first : first + most]
            for at, answer in zip(
                some, await self._plainly(question, [wallets[at] for at in some], place), strict=True
            ):
                answers[at] = answer
        return answers

    async def _plainly(self, question: Question, wallets: Sequence[Address], place: Place) -> Sequence[Answer]:
        try:
            return await Batched().ask(self._endpoint, place, question, wallets)
        except CallFailed:
            return await Single().ask(self._endpoint, place, question, wallets)


def unfit(fault: NodeFault) -> bool:
    """Return whether a fault on a small sample means that this way of asking does not work here."""
    return fault.kind in _UNFIT


def wants_less(failure: NodeFault | CallFailed) -> bool:
    """Return whether a smaller request may succeed."""
    if isinstance(failure, NodeFault):
        return failure.kind is ChainFault.TOO_LARGE
    return failure.failure is Failure.OUT_OF_GAS
