"""Answers one question for many wallets through one endpoint, by the fastest read method that proved itself there."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from bot.chain.batch.adaptive_chunks import in_pieces
from bot.chain.batch.batch_query import DOUBTFUL, LESS_GAS, UNTRIED, Answer, BatchQuery, Place
from bot.chain.batch.plain_calls import plainly
from bot.chain.batch.plain_numbers import ask_plainly, truth
from bot.chain.batch.proven_methods import PLAIN, BulkMethod, ProvenMethods, outcome
from bot.chain.batch.read_methods import NAMED, READ_METHODS, Plain, ReadMethod
from bot.chain.batch.spot_checks import SAMPLE, checks, contradicts, spread
from bot.chain.concurrency import gather_all, speculate
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.json_rpc import code_of
from bot.chain.rpc.rpc_faults import CallFailed, NoContract, NodeFault
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address

MOST_ALONE = 500
"""Wallets that are asked by plain calls, of those whose call failed within a batch."""


Tried = list[Answer] | NodeFault | CallFailed


class BatchReader:
    """The read methods of one endpoint.

    What works there is found out once, and remembered for a while. For each contract and each of its functions
    the numbers are compared with plain calls, which are sent along with the first read: it may answer by who calls,
    or by the gas that is left. Then n wallets take ceil(n / chunk) requests, fewer wallets a request where it must be.
    """

    def __init__(self, endpoint: Endpoint, read_methods: Sequence[ReadMethod] = READ_METHODS) -> None:
        self._endpoint = endpoint
        self.bulk: tuple[ReadMethod, ...] = tuple(
            read_method for read_method in read_methods if not isinstance(read_method, Plain)
        )
        self.methods = ProvenMethods()
        self._proving: defaultdict[tuple[Address | None, bytes], asyncio.Lock] = defaultdict(asyncio.Lock)

    def proven_method(self, target: Address | None, selector: bytes = b"") -> str | None:
        """Return the name of the read method that proved itself for a function of a contract, None if none did."""
        method = self.methods.proved(BatchQuery(target=target, selector=selector))
        return None if method is None else type(method.read_method).__name__.lower()

    async def ask(self, question: BatchQuery, wallets: Sequence[Address], place: Place) -> list[int | None]:
        """Answer for each wallet in order; None where the call fails or says nothing.

        Raises:
            NodeFault: the endpoint could not serve.
            NoContract: nothing answers because no contract stands at the target.

        """
        if not wallets:
            return []
        key = question.target, question.selector
        try:
            answers = await self._by_proved(question, wallets, place)
            if answers is None:
                async with self._proving[key]:
                    answers = await self._by_proved(question, wallets, place)
                    if answers is None:
                        answers = await self._prove(question, wallets, place)
        except CallFailed as failed:
            raise NodeFault(ChainFault.BAD_ANSWER, f"plain calls fail: {failed.failure.value}") from None
        if question.target is not None and all(answer is None for answer in answers):
            await self.stands(question.target, place)
        return answers

    async def stands(self, target: Address, place: Place) -> None:
        """Raise NoContract unless there is a contract at `target`."""
        await self.all_stand([target], place)

    async def all_stand(self, targets: Sequence[Address], place: Place) -> None:
        """Raise NoContract unless there is a contract at each of the targets."""
        codes = await plainly(self._endpoint, place, [("eth_getCode", (one, place.where)) for one in targets])
        for one, code in zip(targets, codes, strict=True):
            if not code_of(code):
                raise NoContract(one, place.block.number)

    async def _by_proved(
        self, question: BatchQuery, wallets: Sequence[Address], place: Place
    ) -> list[int | None] | None:
        """Answer by the method that proved itself; None if there is none, or it no longer works."""
        method = self.methods.proved(question)
        if method is None:
            return None
        found = await outcome(self._all(method, question, wallets, place))
        if isinstance(found, list):
            settled = await self._settled(method.read_method, question, wallets, place, found)
            if settled is not None:
                return settled
        self.methods.doubt(question)
        return None

    async def _prove(self, question: BatchQuery, wallets: Sequence[Address], place: Place) -> list[int | None]:
        """Answer by the first method that agrees with plain calls, and remember it."""
        known = self.methods.working if self.bulk else PLAIN
        if known is PLAIN:
            self.methods.prove(question, PLAIN)
            return await self._plain(question, wallets, place)
        methods = [BulkMethod(read_method) for read_method in self.bulk] if known is None else [known]
        sample = spread(range(len(wallets)), SAMPLE)
        some = [wallets[at] for at in sample]
        first, *others = methods
        sampled = [(question, wallet) for wallet in some]

        def try_others() -> asyncio.Future[list[Tried]]:
            return asyncio.ensure_future(
                gather_all(outcome(self._all(other, question, some, place)) for other in others)
            )

        # What few wallets take is a request or two: there the others are tried once the first has failed.
        trying = try_others() if len(wallets) > SAMPLE else None
        try:
            said, found = await speculate(
                truth(self._endpoint, place, sampled), outcome(self._all(first, question, wallets, place))
            )
            if isinstance(found, list) and not contradicts([found[at] for at in sample], said):
                told = any(plain and plain == found[at] for plain, at in zip(said, sample, strict=True))
                settled = await self._believed(first, question, wallets, place, found, told=told)
                if settled is not None:
                    return settled
            trying = trying or try_others()
            tried = await trying
        finally:
            if trying is not None:
                trying.cancel()
                await asyncio.gather(trying, return_exceptions=True)
        if not any(isinstance(answers, list) for answers in (found, *tried)):
            if known is None:
                late = any(map(_late, (found, *tried)))
                return await self._otherwise(question, wallets, some, place, late=late)
            self.methods.working = None
            return await self._prove(question, wallets, place)
        for method, answers in zip(others, tried, strict=True):
            settled = await self._tried(method, question, wallets, place, answers, said)
            if settled is not None:
                return settled
        self.methods.prove(question, PLAIN)
        return await self._plain(question, wallets, place)

    async def _tried(
        self,
        method: BulkMethod,
        question: BatchQuery,
        wallets: Sequence[Address],
        place: Place,
        answers: Tried,
        said: Sequence[Answer],
    ) -> list[int | None] | None:
        """Return all answers of a method that answered for some wallets; None if plain calls disagree."""
        if not isinstance(answers, list) or contradicts(answers, said):
            return None
        told = any(plain and plain == answer for plain, answer in zip(said, answers, strict=True))
        if len(answers) < len(wallets):
            found = await outcome(self._all(method, question, wallets, place))
            if not isinstance(found, list):
                return None
            answers = found
        return await self._believed(method, question, wallets, place, answers, told=told)

    async def _believed(
        self,
        method: BulkMethod,
        question: BatchQuery,
        wallets: Sequence[Address],
        place: Place,
        answers: list[Answer],
        *,
        told: bool,
    ) -> list[int | None] | None:
        """Return what a method that is new for this function answers, if plain calls say the same; else None.

        `told`: they did already, of somebody who has something.
        """
        proved = told or question.target is None
        held_against = [] if proved else checks(method.read_method, answers)
        settled = await self._settled(method.read_method, question, wallets, place, answers, held_against)
        if settled is not None:
            if self.methods.working is None:
                self.methods.working = method
            if proved or any(settled[at] for at in held_against) or (held_against and method.read_method.itself):
                self.methods.prove(question, method)
        return settled

    async def _settled(
        self,
        read_method: ReadMethod,
        question: BatchQuery,
        wallets: Sequence[Address],
        place: Place,
        answers: list[Answer],
        held_against: Sequence[int] = (),
    ) -> list[int | None] | None:
        """Have those asked plainly whose answers may be another then; None if that is so for any of `held_against`."""
        if not read_method.weighed and question.target is not None:
            held_against = [*held_against, *(at for at, answer in enumerate(answers) if answer == 0)]
        doubtful = [at for at, answer in enumerate(answers) if answer is DOUBTFUL]
        failed = [] if isinstance(read_method, Plain) else [at for at, answer in enumerate(answers) if answer is None]
        if question.target is not None and len(failed) == len(answers):
            await self.stands(question.target, place)
        asked = sorted({*doubtful, *failed[:MOST_ALONE], *held_against})
        try:
            alone = dict(zip(asked, await self._plain(question, [wallets[at] for at in asked], place), strict=True))
        except CallFailed:
            if doubtful or held_against:
                raise
            alone = {}
        if any(alone[at] != answers[at] for at in held_against):
            return None
        return [alone.get(at, answer if isinstance(answer, int) else None) for at, answer in enumerate(answers)]

    async def _otherwise(
        self, question: BatchQuery, wallets: Sequence[Address], some: Sequence[Address], place: Place, *, late: bool
    ) -> list[int | None]:
        """Answer by plain calls where nothing else works, and find out whether a method works with other gas."""
        methods = (
            [] if late else [BulkMethod(read_method, gas) for gas in (None, LESS_GAS) for read_method in self.bulk]
        )
        few = len(wallets) <= MOST_ALONE
        tried = gather_all(outcome(self._all(method, question, some, place)) for method in methods)
        if few:
            answers, outcomes = await speculate(self._plain(question, wallets, place), tried)
        else:
            answers, outcomes = [], await tried
        works = [method for method, outcome in zip(methods, outcomes, strict=True) if isinstance(outcome, list)]
        self.methods.working = works[0] if works else PLAIN
        if not works:
            self.methods.prove(question, PLAIN)
        return answers if few else await self._prove(question, wallets, place)

    async def _plain(self, question: BatchQuery, wallets: Sequence[Address], place: Place) -> list[int | None]:
        if not wallets:
            return []
        answers = await ask_plainly(self._endpoint, place, [(question, wallet) for wallet in wallets])
        return [answer if isinstance(answer, int) else None for answer in answers]

    async def _all(
        self, method: BulkMethod, question: BatchQuery, wallets: Sequence[Address], place: Place
    ) -> list[Answer]:
        if isinstance(method.read_method, Plain):
            return await method.read_method.ask(self._endpoint, place, question, wallets)
        answers: list[Answer] = [None] * len(wallets)

        async def some(start: int, end: int) -> int:
            got = await method.read_method.ask(self._endpoint, place, question, wallets[start:end])
            tried = got.index(UNTRIED) if got[-1] is UNTRIED else len(got)
            if not tried:
                raise NodeFault(ChainFault.TOO_LARGE, "it gives a call too little gas")
            answers[start : start + tried] = got[:tried]
            return tried

        NAMED.set(method.gas)  # of the task that this is
        name = f"{type(method.read_method).__name__} {method.gas} {question}"
        await in_pieces(self._endpoint, name, len(wallets), method.read_method.most(question), some)
        return answers


def _late(tried: Tried) -> bool:
    return isinstance(tried, NodeFault) and tried.late
