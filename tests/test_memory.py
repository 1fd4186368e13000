"""Full collections of garbage: none by itself, and none while somebody waits for much work."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator, Mapping

import pytest

from bot.app.memory_collection import collect, settle
from bot.services.shared.worker_thread import in_thread


class _Circle:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def settled() -> Iterator[None]:
    before = gc.get_threshold()
    settle()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def _forgotten() -> weakref.ReferenceType[_Circle]:
    """A circle that nobody uses, old enough that only a full collection finds it."""
    circle = _Circle()
    gc.collect(1)
    gc.collect(1)
    known = weakref.ref(circle)
    del circle
    gc.collect(1)
    assert known() is not None
    return known


@pytest.mark.usefixtures("settled")
def test_what_nobody_uses_is_given_back_when_it_is_asked_for() -> None:
    known = _forgotten()
    collect()
    assert known() is None


@pytest.mark.usefixtures("settled")
async def test_nothing_is_looked_through_while_much_is_worked_on() -> None:
    known, go_on = _forgotten(), threading.Event()

    def work() -> None:
        go_on.wait(10)

    working = asyncio.create_task(in_thread(work))
    await asyncio.sleep(0)
    collect()
    assert known() is not None
    go_on.set()
    await working
    collect()
    assert known() is None


@pytest.mark.usefixtures("settled")
def test_however_much_is_made_no_full_collection_comes_by_itself() -> None:
    full = []

    def note(phase: str, info: Mapping[str, int]) -> None:
        if phase == "start" and info["generation"] == 2:
            full.append(info)

    gc.callbacks.append(note)
    try:
        held = [[number] for number in range(300_000)]
    finally:
        gc.callbacks.remove(note)
    assert (len(held), full) == (300_000, [])


def test_where_python_collects_by_itself_nothing_is_done() -> None:
    known = _forgotten()
    collect()
    assert known() is not None
