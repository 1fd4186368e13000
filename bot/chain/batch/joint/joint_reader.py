"""Asks one endpoint several questions together: as few requests for many contracts as for one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from bot.chain.batch.adaptive_chunks import in_pieces
from bot.chain.batch.batch_query import DOUBTFUL, UNTRIED, Answer, BatchQuery, Place
from bot.chain.batch.batch_reader import MOST_ALONE, BatchReader
from bot.chain.batch.chunk_sizes import forget_size, size_of
from bot.chain.batch.joint.grouped_queries import Found, Told, Wallets, divided, number, pairs, sample, without
from bot.chain.batch.joint.joint_methods import ask_several, carries, most_of
from bot.chain.batch.plain_numbers import ask_plainly, truth
from bot.chain.batch.proven_methods import PLAIN, BulkMethod, outcome
from bot.chain.batch.read_methods import NAMED, ReadMethod
from bot.chain.batch.spot_checks import checks, contradicts
from bot.chain.concurrency import gather_all, speculate
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.endpoint_capabilities import ExpiringCache
from bot.chain.rpc.rpc_faults import CallFailed, NodeFault
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address

_FEW = 650
"""Wallets from which on a question fills requests of its own."""


class JointReader:
    """Asks questions together by the method that each of them proved itself by, and proves those that are new together.

    Each contract is called as by that method alone, and each question is held against plain calls as alone;
    what does not go well together is asked by the batch reader, question by question.
    """

    def __init__(self, endpoint: Endpoint, batch_reader: BatchReader) -> None:
        self._endpoint, self._batch_reader, self._ways = endpoint, batch_reader, batch_reader.methods
        self._proving = asyncio.Lock()
        self._hungry: ExpiringCache[BatchQuery, bool] = ExpiringCache()
        """What burns so much gas that others come short beside it."""

    async def ask(self, parts: Sequence[tuple[BatchQuery, Sequence[Address]]], place: Place) -> list[list[int | None]]:
        """Answer each question for each of its wallets, in order. Raises as `BatchReader.ask`."""
        if len(parts) == 1:
            ((question, wallets),) = parts
            return [await self._batch_reader.ask(question, wallets, place)]
        lists: dict[BatchQuery, list[Sequence[Address]]] = {}
        for question, wallets in parts:
            if wallets:
                lists.setdefault(question, []).append(wallets)
        asked = {one: each[0] if len(each) == 1 else tuple(dict.fromkeys(chain(*each))) for one, each in lists.items()}
        few = {one: asked[one] for one in asked if len(asked[one]) < _FEW and not self._hungry.get(one)}
        found = await _merged([self._few(few, place), *self._alone(without(asked, few), place)])
        again = {one: dict(zip(asked[one], found[one], strict=True)) for one, each in lists.items() if len(each) > 1}
        return [
            [again[question][wallet] for wallet in wallets] if question in again else found[question] if wallets else []
            for question, wallets in parts
        ]

    async def _few(self, asked: Wallets, place: Place) -> Found:
        """Ask those questions together that can be, and the others by the batch reader."""
        found = await self._by_proved(asked, place)
        if left := without(asked, found):
            async with self._proving:
                found |= await self._by_proved(left, place)  # what was proved meanwhile
                left = without(left, found)
                found |= await self._prove({one: left[one] for one in left if self._ways.proved(one) is None}, place)
        return found | await _merged(self._alone(without(asked, found), place))

    def _alone(self, asked: Wallets, place: Place) -> list[Coroutine[Any, Any, Found]]:
        async def one(question: BatchQuery) -> Found:
            return {question: await self._batch_reader.ask(question, asked[question], place)}

        return [one(question) for question in asked]

    async def _by_proved(self, asked: Wallets, place: Place) -> Found:
        """Answer by the methods that proved themselves, each for its questions at once; forget what works no more."""
        groups: dict[BulkMethod, dict[BatchQuery, Sequence[Address]]] = {}
        for question, wallets in asked.items():
            method = self._ways.proved(question)
            if method is not None and (method == PLAIN or carries(method.read_method, question)):
                groups.setdefault(method, {})[question] = wallets
        return await _merged(
            self._by_method(method, group, place) for method, group in groups.items() if len(group) > 1
        )

    async def _by_method(self, method: BulkMethod, asked: Wallets, place: Place) -> Found:
        if method == PLAIN:
            return await self._plainly(asked, place)
        told = await outcome(self._all(method, asked, place))
        found = await self._settled(method.read_method, asked, told, {}, place) if isinstance(told, dict) else {}
        for question in without(asked, found):
            self._ways.doubt(question)
        return found

    async def _prove(self, asked: Wallets, place: Place) -> Found:
        """Answer by the first method that works where it agrees with plain calls, and remember for which questions."""
        known = self._ways.working if self._batch_reader.bulk else PLAIN
        methods = [BulkMethod(read_method) for read_method in self._batch_reader.bulk] if known is None else [known]
        if known != PLAIN:
            asked = {one: asked[one] for one in asked if all(carries(method.read_method, one) for method in methods)}
        if len(asked) < 2:  # noqa: PLR2004 - one goes by itself
            return {}
        if known == PLAIN:
            for question in asked:
                self._ways.prove(question, PLAIN)
            return await self._plainly(asked, place)
        some = {one: [wallets[at] for at in sample(wallets)] for one, wallets in asked.items()}
        method, *others = methods
        trying = asyncio.ensure_future(gather_all(outcome(self._all(other, some, place)) for other in others))
        try:
            said, told = await speculate(
                truth(self._endpoint, place, pairs(some)), outcome(self._all(method, asked, place))
            )
            if not isinstance(told, dict):
                for other, tried in zip(others, await trying, strict=True):
                    if isinstance(tried, dict) and not isinstance(told, dict):
                        method, told = other, await outcome(self._all(other, asked, place))
        finally:
            trying.cancel()
            await asyncio.gather(trying, return_exceptions=True)
        if isinstance(told, dict):
            return await self._believed(method, asked, told, divided(some, said), place)
        if known is not None:
            self._ways.working = None
            return await self._prove(asked, place)
        return await self._prove_after_one(asked, place)

    async def _prove_after_one(self, asked: Wallets, place: Place) -> Found:
        """Have the batch reader find out with one question which method works, and continue with that."""
        first, *others = asked
        found = await _merged(self._alone({first: asked[first]}, place))
        if self._ways.working is not None:
            found |= await self._prove({one: asked[one] for one in others}, place)
        return found

    async def _believed(self, method: BulkMethod, asked: Wallets, told: Told, said: Told, place: Place) -> Found:
        """Return what a method that is new for these questions answers, where plain calls say the same."""
        agreeing: dict[BatchQuery, Sequence[Address]] = {}
        held_against: dict[BatchQuery, list[int]] = {}
        sure = set()
        for one, answers in told.items():
            sampled = [answers[at] for at in sample(asked[one])]
            if contradicts(sampled, said[one]):
                continue
            agreeing[one] = asked[one]
            if one.target is None or any(
                plain and plain == answer for plain, answer in zip(said[one], sampled, strict=True)
            ):
                sure.add(one)
            else:
                held_against[one] = checks(method.read_method, answers)
        found = await self._settled(method.read_method, agreeing, told, held_against, place)
        if found and self._ways.working is None:
            self._ways.working = method
        for one, settled in found.items():
            held = held_against.get(one, [])
            if one in sure or any(settled[at] for at in held) or (held and method.read_method.itself):
                self._ways.prove(one, method)
        return found

    async def _settled(
        self,
        read_method: ReadMethod,
        asked: Wallets,
        told: Told,
        held_against: Mapping[BatchQuery, Sequence[int]],
        place: Place,
    ) -> Found:
        """Have those asked plainly whose answers may be another then; leave out what says another then."""
        held = {one: set(held_against.get(one, ())) for one in asked}
        again: dict[BatchQuery, list[int]] = {}
        for one in asked:
            answers = told[one]
            if not read_method.weighed and one.target is not None:
                held[one] |= {at for at, answer in enumerate(answers) if answer == 0}
            failed = [at for at, answer in enumerate(answers) if answer is None]
            doubtful = {at for at, answer in enumerate(answers) if answer is DOUBTFUL}
            if places := sorted({*held[one], *doubtful, *failed[:MOST_ALONE]}):
                again[one] = places
        try:
            plain = await self._plain({one: [asked[one][at] for at in places] for one, places in again.items()}, place)
        except CallFailed:
            asked, plain = without(asked, again), {}
        found: Found = {}
        for one in asked:
            alone = dict(zip(again.get(one, ()), plain.get(one, ()), strict=True))
            if all(alone[at] == told[one][at] for at in held[one]):
                found[one] = [number(alone.get(at, answer)) for at, answer in enumerate(told[one])]
        return await self._standing(found, place)

    async def _plainly(self, asked: Wallets, place: Place) -> Found:
        try:
            told = await self._plain(asked, place)
        except CallFailed:
            return {}
        return await self._standing({one: [number(answer) for answer in told[one]] for one in told}, place)

    async def _plain(self, asked: Wallets, place: Place) -> Told:
        flat = pairs(asked)
        return divided(asked, await ask_plainly(self._endpoint, place, flat)) if flat else {}

    async def _standing(self, found: Found, place: Place) -> Found:
        """Return the answers. Raises NoContract if nothing answers because there is no contract."""
        silent = [
            one.target for one in found if one.target is not None and all(answer is None for answer in found[one])
        ]
        if silent:
            await self._batch_reader.all_stand(silent, place)
        return found

    async def _all(self, method: BulkMethod, asked: Wallets, place: Place) -> Told:
        """Ask all by one method, those with arguments of one length together."""
        NAMED.set(method.gas)  # of the task that this is
        by_length: dict[int, dict[BatchQuery, Sequence[Address]]] = {}
        for question, wallets in asked.items():
            by_length.setdefault(len(question.tail), {})[question] = wallets
        told: Told = {}
        for part in await gather_all(self._of_length(method, one, place) for one in by_length.values()):
            told |= part
        return told

    async def _of_length(self, method: BulkMethod, asked: Wallets, place: Place) -> Told:
        flat = pairs(asked)
        tail = len(flat[0][0].tail)
        answers: list[Answer] = [None] * len(flat)
        name = f"several {type(method.read_method).__name__} {method.gas} {tail}"
        before = size_of(self._endpoint, name)

        async def some(start: int, end: int) -> int:
            got = await ask_several(method.read_method, self._endpoint, place, flat[start:end])
            tried = got.index(UNTRIED) if got[-1] is UNTRIED else len(got)
            if not tried:
                raise NodeFault(ChainFault.TOO_LARGE, "it gives a call too little gas")
            answers[start : start + tried] = got[:tried]
            return tried

        await in_pieces(self._endpoint, name, len(flat), most_of(method.read_method, tail), some)
        told = divided(asked, answers)
        after = size_of(self._endpoint, name)
        if after is not None and (before is None or after < before):
            for question in told:
                if any(not isinstance(answer, int) for answer in told[question]):
                    self._hungry.put(question, True)  # it may be what the others came short by
                    forget_size(self._endpoint, name)
        return told


async def _merged(work: Iterable[Coroutine[Any, Any, Found]]) -> Found:
    found: Found = {}
    for part in await gather_all(work):
        found |= part
    return found
