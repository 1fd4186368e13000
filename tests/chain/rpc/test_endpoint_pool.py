"""Whose word counts where a chain has several endpoints: two that agree, never one against another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import pytest

from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.endpoint_pool import Pool
from bot.chain.rpc.rpc_faults import NoContract, NodeFault
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Address, ChainId
from bot.ports.deadline import DEADLINE, wait_at_most
from tests.chain.nodes import Patience

CHAIN = ChainId(1)
TRUE, FALSE, ELSE = "true", "false", "else"
HANGS, DOWN, LIMITED, PRUNED, ABSENT = "hangs", "down", "limited", "pruned", "absent"
REQUIRED, WANTED, NOT_NEEDED = Confirmation.REQUIRED, Confirmation.WANTED, Confirmation.NOT_NEEDED
FAULTS = {
    DOWN: NodeFault(ChainFault.UNREACHABLE, "it does not answer"),
    LIMITED: NodeFault(ChainFault.RATE_LIMITED, "it asks for fewer requests"),
    PRUNED: NodeFault(ChainFault.NEEDS_ARCHIVE, "it no longer keeps the state of that block"),
    ABSENT: NoContract(Address("0x" + "ab" * 20), 7),
}


T = TypeVar("T")


class Nowhere:
    """Carries nothing: a witness says what it was told to."""

    async def request(self, payload: Any) -> Any:
        raise AssertionError(payload)

    async def close(self) -> None:
        """It has no connection."""


class Witness(Endpoint):
    """An endpoint that says, one after the other, what it was told to, and then its last word for good."""

    def __init__(self, number: int, *words: str) -> None:
        super().__init__(number, CHAIN, Nowhere())
        self.words, self.asked = list(words), 0

    async def verified(self, work: Callable[[Endpoint], Awaitable[T]]) -> T:
        """Serve the right chain, and do what is asked."""
        return await work(self)

    async def close(self) -> None:
        """It has no connection."""

    async def say(self) -> str:
        self.asked += 1
        word = self.words.pop(0) if len(self.words) > 1 else self.words[0]
        if word == HANGS:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        if word in FAULTS:
            raise FAULTS[word]
        return word


async def _say(witness: Endpoint) -> str:
    assert isinstance(witness, Witness)
    return await witness.say()


class Court:
    """A pool of such endpoints."""

    def __init__(self, *sayings: str | tuple[str, ...]) -> None:
        self.witnesses = [
            Witness(number, *([saying] if isinstance(saying, str) else saying))
            for number, saying in enumerate(sayings, start=1)
        ]
        self.sleep = Patience()
        self.pool = Pool(CHAIN, self.witnesses, sleep=self.sleep, patience=0.01)

    async def hear(self, confirm: Confirmation = REQUIRED) -> tuple[str, tuple[int, ...]]:
        agreed = await self.pool.agreed(_say, _differ, confirm)
        return agreed.value, agreed.by

    async def refuses(self, confirm: Confirmation = REQUIRED) -> ChainFault:
        with pytest.raises(ChainUnavailable) as caught:
            await self.hear(confirm)
        return caught.value.fault

    @property
    def asked(self) -> list[int]:
        return [witness.asked for witness in self.witnesses]


def _differ(one: str, other: str) -> str:
    return "" if one == other else f"{one} and {other}"


@pytest.mark.parametrize("confirm", [REQUIRED, WANTED])
@pytest.mark.parametrize("liar", [0, 1])
async def test_of_two_that_differ_neither_is_believed(confirm: Confirmation, liar: int) -> None:
    sayings = [TRUE, TRUE]
    sayings[liar] = FALSE
    assert await Court(*sayings).refuses(confirm) is ChainFault.DISAGREEMENT


@pytest.mark.parametrize("confirm", [REQUIRED, WANTED])
@pytest.mark.parametrize("liar", [0, 1, 2])
async def test_two_of_three_that_agree_stand_against_one_that_lies_wherever_it_stands(
    confirm: Confirmation, liar: int, caplog: pytest.LogCaptureFixture
) -> None:
    sayings = [TRUE, TRUE, TRUE]
    sayings[liar] = FALSE
    court = Court(*sayings)
    with caplog.at_level(logging.WARNING):
        value, by = await court.hear(confirm)
    assert value == TRUE
    assert len(by) == 2
    assert liar + 1 not in by
    if court.asked[liar]:
        assert f"endpoint {liar + 1} of chain 1 contradicts" in caplog.text


@pytest.mark.parametrize("confirm", [REQUIRED, WANTED])
@pytest.mark.parametrize(
    "sayings",
    [
        (TRUE, FALSE, TRUE, FALSE),
        (TRUE, TRUE, FALSE, FALSE),
        (FALSE, FALSE, TRUE, TRUE),
        (TRUE, TRUE, TRUE, FALSE, FALSE),
        (FALSE, FALSE, TRUE, TRUE, TRUE),
    ],
)
async def test_two_pairs_that_agree_on_different_things_are_never_overlooked(
    confirm: Confirmation, sayings: Sequence[str]
) -> None:
    assert await Court(*sayings).refuses(confirm) is ChainFault.DISAGREEMENT


async def test_three_that_all_say_something_else_decide_nothing() -> None:
    assert await Court(TRUE, FALSE, ELSE).refuses() is ChainFault.DISAGREEMENT


async def test_no_more_are_asked_than_can_settle_it_and_all_of_these_side_by_side() -> None:
    court = Court(TRUE, TRUE, TRUE)
    assert await court.hear() == (TRUE, (1, 2))
    assert court.asked == [1, 1, 0]
    four = Court(TRUE, TRUE, TRUE, TRUE)
    assert (await four.hear())[0] == TRUE
    assert four.asked == [1, 1, 1, 0]


async def test_one_alone_decides_only_where_that_is_enough_and_it_is_told() -> None:
    assert await Court(TRUE, PRUNED).hear(WANTED) == (TRUE, (1,))
    assert await Court(PRUNED, TRUE).hear(WANTED) == (TRUE, (2,))
    assert await Court(TRUE, PRUNED).refuses(REQUIRED) is ChainFault.NEEDS_ARCHIVE
    assert await Court(TRUE).hear(REQUIRED) == (TRUE, (1,))
    assert await Court(TRUE, FALSE).hear(NOT_NEEDED) == (TRUE, (1,))


async def test_a_third_takes_the_place_of_one_that_cannot_serve() -> None:
    assert await Court(TRUE, DOWN, TRUE).hear(REQUIRED) == (TRUE, (1, 3))
    assert await Court(DOWN, TRUE, TRUE).hear(WANTED) == (TRUE, (2, 3))
    assert await Court(TRUE, DOWN, FALSE).refuses(REQUIRED) is ChainFault.DISAGREEMENT


async def test_one_of_three_that_hangs_is_waited_for_once_and_not_at_each_question() -> None:
    court = Court(HANGS, TRUE, TRUE)
    for _ in range(3):
        assert await court.hear() == (TRUE, (2, 3))
    assert [witness.asked for witness in court.witnesses] == [1, 3, 3]
    court.witnesses[2].words = [FALSE]
    court.witnesses[0].words = [TRUE]
    assert await court.hear() == (TRUE, (1, 2)), "it is asked where the others contradict each other"


async def test_whoever_hung_a_moment_ago_is_not_waited_for_once_two_have_told_what_they_know() -> None:
    court = Court(HANGS, TRUE, TRUE)
    assert await court.pool.every(_say, REQUIRED) == {2: TRUE, 3: TRUE}
    court.pool._patience = 1_000.0
    async with asyncio.timeout(10):
        assert await court.pool.every(_say, REQUIRED) == {2: TRUE, 3: TRUE}
    court.witnesses[0].words = [ELSE]
    assert court.witnesses[0].asked == 2, "it is asked all the same"


async def test_a_second_that_hangs_makes_nobody_wait_where_one_is_enough_or_a_third_serves() -> None:
    assert await Court(TRUE, HANGS).hear(WANTED) == (TRUE, (1,))
    assert await Court(HANGS, TRUE).hear(WANTED) == (TRUE, (2,))
    assert await Court(HANGS, TRUE, TRUE).hear(REQUIRED) == (TRUE, (2, 3))
    assert await Court(TRUE, HANGS, HANGS).hear(WANTED) == (TRUE, (1,))
    assert await Court(TRUE, TRUE, HANGS, HANGS, TRUE).hear(REQUIRED) == (TRUE, (1, 2, 5))
    assert await Court(TRUE, FALSE, HANGS).refuses(WANTED) is ChainFault.DISAGREEMENT


async def test_one_that_failed_a_moment_ago_is_asked_after_all() -> None:
    court = Court(TRUE, (LIMITED, LIMITED, TRUE))
    assert await court.hear(WANTED) == (TRUE, (1,))
    assert await court.hear(WANTED) == (TRUE, (1, 2))
    again = Court(TRUE, (DOWN, FALSE))
    assert await again.refuses(WANTED) is ChainFault.DISAGREEMENT


async def test_who_fails_for_a_while_is_not_waited_for_each_time_where_one_is_enough() -> None:
    court = Court(TRUE, DOWN)
    for _ in range(3):
        assert await court.hear(WANTED) == (TRUE, (1,))
    assert court.sleep.waits == [1.0]
    assert court.asked[1] == 4


async def test_that_a_contract_is_absent_is_an_answer_like_others() -> None:
    for sayings in ((ABSENT, ABSENT), (ABSENT, TRUE, ABSENT), (TRUE, ABSENT, ABSENT)):
        with pytest.raises(NoContract):
            await Court(*sayings).hear()
    assert await Court(ABSENT, TRUE).refuses() is ChainFault.DISAGREEMENT
    assert await Court(TRUE, ABSENT, TRUE).hear() == (TRUE, (1, 3))
    assert await Court(ABSENT, PRUNED).refuses(WANTED) is ChainFault.BAD_ANSWER


async def test_every_endpoint_is_asked_also_one_that_failed_a_moment_ago() -> None:
    court = Court(TRUE, (DOWN, FALSE, ELSE), HANGS)
    assert await court.pool.every(_say) == {1: TRUE}
    assert await court.pool.every(_say) == {1: TRUE, 2: FALSE}
    lone = Court(TRUE, PRUNED)
    assert await lone.pool.every(_say, WANTED) == {1: TRUE}
    with pytest.raises(ChainUnavailable):
        await lone.pool.every(_say, REQUIRED)
    assert await Court(TRUE).pool.every(_say, REQUIRED) == {1: TRUE}


async def test_what_is_still_under_way_ends_with_the_question() -> None:
    before = asyncio.all_tasks()
    await Court(TRUE, HANGS).hear(WANTED)
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("ask", ["run", "agreed", "every"])
async def test_whoever_waits_is_told_in_time_that_nobody_answers(ask: str) -> None:
    pool = Court(HANGS, HANGS).pool
    asking: dict[str, Callable[[], Awaitable[object]]] = {
        "run": lambda: pool.run(_say),
        "agreed": lambda: pool.agreed(_say, lambda one, other: ""),
        "every": lambda: pool.every(_say),
    }

    async def waiting() -> None:
        wait_at_most(0.05)
        wait_at_most(60)  # nobody gets more time by asking again
        await asking[ask]()

    with pytest.raises(ChainUnavailable) as caught:
        await asyncio.create_task(waiting())
    assert caught.value.fault is ChainFault.UNREACHABLE
    assert "somebody waits" in caught.value.detail
    assert DEADLINE.get() is None
