"""An endpoint that takes requests and answers none is waited for once, and nothing is decided without it for that."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.endpoint_agreement import Agreed
from bot.chain.rpc.endpoint_pool import PATIENCE, Pool
from bot.chain.rpc.endpoint_rests import REST
from bot.chain.rpc.http_transport import TIME_OUT, TransportFailed
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import ChainId

REQUIRED, WANTED = Confirmation.REQUIRED, Confirmation.WANTED
CHAIN = ChainId(1)
T = TypeVar("T")


class Jumping(selectors.DefaultSelector):
    """Jumps to the next moment at which something is due, where nobody does anything until then."""

    ahead = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.ahead += timeout or 0.0
        return super().select(0 if timeout else timeout)


class Loop(asyncio.SelectorEventLoop):
    """Its time is that of the selector."""

    def __init__(self) -> None:
        self.jumping = Jumping()
        super().__init__(self.jumping)

    def time(self) -> float:
        return self.jumping.ahead


def run(work: Callable[[], Awaitable[T]]) -> T:
    async def all_of_it() -> T:
        return await work()

    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(all_of_it())


def now() -> float:
    return asyncio.get_running_loop().time()


class Node:
    """Answers each call with its word after `takes` seconds, or lets go of it after the time that a request has."""

    def __init__(self, *, hangs: bool = False, takes: float = 0.05, word: str = "true") -> None:
        self.hangs, self.takes, self.word, self.asked = hangs, takes, word, 0

    async def request(self, payload: Any) -> Any:
        self.asked += 1
        await asyncio.sleep(TIME_OUT if self.hangs else self.takes)
        if self.hangs:
            raise TransportFailed(late=True)
        result = "0x1" if payload["method"] == "eth_chainId" else self.word
        return {"jsonrpc": "2.0", "id": payload["id"], "result": result}

    async def close(self) -> None:
        """It has no connection."""


class Scene:
    """A pool of nodes."""

    def __init__(self, *nodes: Node) -> None:
        self.nodes = nodes
        self.pool = Pool(CHAIN, [Endpoint(number, CHAIN, node) for number, node in enumerate(nodes, start=1)])

    async def agreed(self, confirm: Confirmation, times: int = 1) -> tuple[Agreed[Any], float]:
        """Ask, so many calls one after the other; return what came of it, and after how many seconds."""

        async def work(endpoint: Endpoint) -> Any:
            return [await endpoint.call("say") for _ in range(times)][-1]

        began = now()
        return await self.pool.agreed(work, lambda one, other: "" if one == other else "differ", confirm), now() - began

    async def every(self, confirm: Confirmation) -> tuple[dict[int, Any], float]:
        began = now()
        return await self.pool.every(lambda endpoint: endpoint.call("say"), confirm), now() - began

    async def refused(self) -> float:
        """Ask for what two must confirm; return after how many seconds that was refused."""
        began = now()
        with pytest.raises(ChainUnavailable) as caught:
            await self.agreed(REQUIRED)
        assert caught.value.fault is ChainFault.UNREACHABLE
        assert "it does not answer" in str(caught.value)
        return now() - began


@pytest.mark.parametrize("hanging", [0, 1])
def test_of_two_one_that_hangs_is_waited_for_once_in_half_a_minute_where_one_may_decide(hanging: int) -> None:
    async def work() -> None:
        scene = Scene(*(Node(hangs=number == hanging) for number in range(2)))
        _, first = await scene.agreed(WANTED)
        assert PATIENCE <= first <= PATIENCE + 1
        for number in range(1, 5):
            found, seconds = await scene.agreed(WANTED)
            assert (found.by, seconds < 0.5) == ((2 - hanging,), True)
            assert scene.nodes[hanging].asked > number, "it is asked all the same"
        every, seconds = await scene.every(WANTED)
        assert (set(every), seconds < 0.5) == ({2 - hanging}, True)
        await asyncio.sleep(REST)
        assert (await scene.agreed(WANTED))[1] >= PATIENCE
        scene.nodes[hanging].hangs = False
        await asyncio.sleep(REST)
        assert (await scene.agreed(WANTED))[0].by == (1, 2)
        assert (await scene.agreed(WANTED))[0].by == (1, 2)

    run(work)


def test_who_contradicts_is_heard_though_it_was_slow_a_moment_ago() -> None:
    async def work() -> None:
        scene = Scene(Node(), Node(hangs=True, word="false"))
        await scene.agreed(WANTED)
        scene.nodes[1].hangs, scene.nodes[1].takes = False, 0.01
        with pytest.raises(ChainUnavailable) as caught:
            await scene.agreed(WANTED)
        assert caught.value.fault is ChainFault.DISAGREEMENT

    run(work)


def test_what_two_must_confirm_is_refused_within_eight_seconds_also_after_questions_that_one_may_decide() -> None:
    async def work() -> None:
        assert await Scene(Node(), Node(hangs=True)).refused() <= TIME_OUT + 0.1
        scene = Scene(Node(), Node(hangs=True))
        began = now()
        await scene.agreed(WANTED)
        await scene.agreed(WANTED)
        await scene.refused()
        assert now() - began <= TIME_OUT + 0.1
        assert PATIENCE <= await scene.refused() <= PATIENCE + 0.1, "it is given a chance to be well again"
        began = now()
        with pytest.raises(ChainUnavailable):
            await scene.every(REQUIRED)
        assert now() - began <= PATIENCE + 0.1
        scene.nodes[1].hangs = False
        assert (await scene.agreed(REQUIRED))[0].by == (1, 2)

    run(work)


def test_a_slow_one_that_answers_something_is_waited_for_where_it_is_required() -> None:
    async def work() -> None:
        scene = Scene(Node(), Node(takes=5.0))
        assert (await scene.agreed(WANTED, times=4))[0].by == (1,)
        found, seconds = await scene.agreed(REQUIRED, times=4)
        assert (found.by, 20 <= seconds <= 21) == ((1, 2), True)

    run(work)


def test_a_third_takes_the_place_of_one_that_hangs_where_two_are_required() -> None:
    async def work() -> None:
        scene = Scene(Node(hangs=True), Node(), Node())
        for most in (PATIENCE + 0.2, 0.2):
            found, seconds = await scene.agreed(REQUIRED)
            assert (found.by, seconds <= most) == ((2, 3), True)

    run(work)


@pytest.mark.parametrize("nodes", [1, 2])
def test_where_all_hang_nobody_waits_a_second_time(nodes: int) -> None:
    async def work() -> None:
        for confirm in (REQUIRED, WANTED):
            for ask in (Scene.agreed, Scene.every):
                scene, began = Scene(*(Node(hangs=True) for _ in range(nodes))), now()
                with pytest.raises(ChainUnavailable, match="does not answer"):
                    await ask(scene, confirm)
                assert now() - began <= TIME_OUT + 0.1

    run(work)


def test_a_plain_question_to_one_endpoint_that_hangs_is_given_up_once() -> None:
    async def work() -> None:
        scene, began = Scene(Node(hangs=True)), now()
        with pytest.raises(ChainUnavailable, match="does not answer"):
            await scene.pool.run(lambda endpoint: endpoint.call("say"))
        assert now() - began <= TIME_OUT + 0.1

    run(work)


class Failing(Node):
    """Fails at once, as one does that is down for a moment."""

    async def request(self, payload: Any) -> Any:
        self.asked += 1
        raise TransportFailed(503)


def test_a_second_round_is_for_those_that_failed_and_not_for_one_that_hung() -> None:
    async def work() -> None:
        for ask in (Scene.agreed, Scene.every):
            scene, began = Scene(Failing(), Node(hangs=True)), now()
            with pytest.raises(ChainUnavailable):
                await ask(scene, REQUIRED)
            assert now() - began <= TIME_OUT + 2.5
            assert scene.nodes[1].asked == 2, "the chain's id and the question, once"

    run(work)
