"""The calendar: sweeps run at once and again, never over themselves, and finish when they are asked to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any, Self, cast

import apscheduler.executors.base  # type: ignore[import-untyped]
import apscheduler.schedulers.base  # type: ignore[import-untyped]
import pytest

from bot.app import scheduled_jobs
from bot.app.composition import App
from bot.app.scheduled_jobs import Calendar, sweep_all, sweeps
from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.settings import JobSettings
from tests.fakes import FakeAnnouncer, FakeClock, FakeKeeper

ORDER = [
    *(
        "open",
        "close",
        "clocks",
        "snapshots",
        "observe",
        "corrections",
        "audit",
        "holdings",
        "roles",
        "outbox",
        "cards",
    ),
    *("storage", "backup", "forget", "fold"),
]


class _Parts:
    """Stands for an App whose services note that they were called."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.heard = asyncio.Event()
        self.fail: set[str] = set()
        self.error: Exception = RuntimeError("x")
        self.gate: asyncio.Event | None = None
        self.settings = SimpleNamespace(jobs=JobSettings())
        self.lifecycle = SimpleNamespace(open_due=self._noted("open"), close_due=self._noted("close"))
        self.clocks = SimpleNamespace(watch=self._noted("clocks"))
        self.snapshots = SimpleNamespace(watch=self._noted("snapshots"))
        self.corrections = SimpleNamespace(look_again=self._noted("corrections"))
        self.treasury = SimpleNamespace(observe=self._noted("observe"))
        self.role_evaluation = SimpleNamespace(check_all=self._noted("holdings"))
        self.role_sync = SimpleNamespace(carry_out_all=self._noted("roles"))
        self.retention = SimpleNamespace(remove_expired=self._noted("forget"))
        self.audit = SimpleNamespace(post_heads=self._noted("audit"))
        self.outbox = SimpleNamespace(send_due=self._noted("outbox"))
        self.store = SimpleNamespace(try_again=self._noted("storage"), checkpoint=self._noted("fold"), fault=None)
        self.backups = SimpleNamespace(make_daily=lambda now: self.calls.append("backup"))
        self.clock = FakeClock()
        self.cards = SimpleNamespace(stale=self._noted("cards", [7, 8]))

    @property
    def app(self) -> App:
        return cast("App", self)

    def _noted(self, name: str, answer: Any = 0) -> Callable[..., Awaitable[object]]:
        async def called(*args: object) -> Any:
            self.calls.append(name)
            self.heard.set()
            if name == "open" and self.gate:
                await self.gate.wait()
                self.calls.append("open finished")
            if name in self.fail:
                raise self.error
            return answer

        return called

    async def called(self, names: set[str], times: int = 1) -> None:
        """Wait until each was called so often; less long than the shortest interval."""
        async with asyncio.timeout(4):
            while any(self.calls.count(name) < times for name in names):
                self.heard.clear()
                await self.heard.wait()


async def test_one_pass_runs_every_sweep_in_the_order_of_the_facts() -> None:
    parts, announcer = _Parts(), FakeAnnouncer()
    await sweep_all(parts.app, announcer, FakeKeeper())
    assert parts.calls == ORDER
    assert announcer.shown == [7, 8]


async def test_a_sweep_that_fails_is_logged_and_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    parts = _Parts()
    parts.fail = {"open", "observe"}
    await sweep_all(parts.app, FakeAnnouncer(), FakeKeeper())
    assert parts.calls == ORDER
    assert "the open sweep failed" in caplog.text


async def test_a_database_that_fails_is_told_by_itself_and_not_by_every_sweep(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    parts = _Parts()
    parts.fail, parts.error = set(ORDER), StorageUnavailable(StorageFault.FULL)
    await sweep_all(parts.app, FakeAnnouncer(), FakeKeeper())
    assert set(parts.calls) >= set(ORDER) - {"backup", "fold"}
    assert caplog.records == []


async def test_no_backup_is_made_of_a_file_that_is_not_the_databases() -> None:
    parts = _Parts()
    parts.store.fault = StorageFault.REPLACED
    await sweep_all(parts.app, FakeAnnouncer(), FakeKeeper())
    assert parts.calls == [name for name in ORDER if name != "backup"]


async def test_a_card_that_fails_does_not_hold_up_the_others(caplog: pytest.LogCaptureFixture) -> None:
    parts = _Parts()
    shown: list[int] = []

    class Moody(FakeAnnouncer):
        async def show(self, proposal: int) -> None:
            if proposal == 7:
                raise RuntimeError("x")
            shown.append(proposal)

    await sweep_all(parts.app, Moody())
    assert shown == [8]
    assert "the card sweep failed" in caplog.text


def test_intervals_come_from_the_settings() -> None:
    parts = _Parts()
    parts.settings = SimpleNamespace(jobs=JobSettings(open=1, close=2, observe=3, roles=6, outbox=4, cards=5))
    intervals = {name: seconds for name, (seconds, _) in sweeps(parts.app, FakeAnnouncer()).items()}
    expected = {"open": 1, "close": 2, "observe": 3, "holdings": 6, "roles": 4, "outbox": 4, "cards": 5}
    assert intervals == intervals | expected


async def test_without_a_hand_no_role_is_given() -> None:
    parts = _Parts()
    await sweep_all(parts.app, FakeAnnouncer())
    assert parts.calls == [name for name in ORDER if name != "roles"]


async def test_the_calendar_looks_at_everything_at_once() -> None:
    parts = _Parts()
    calendar = Calendar(parts.app, FakeAnnouncer(), FakeKeeper())
    calendar.start()
    await parts.called(set(ORDER))
    await calendar.stop()
    assert sorted(parts.calls) == sorted(ORDER)


async def test_a_sweep_does_not_overtake_itself_and_its_next_run_is_not_dropped() -> None:
    parts = _Parts()
    parts.gate = asyncio.Event()
    parts.settings = SimpleNamespace(jobs=JobSettings(open=1, close=3600, observe=3600, outbox=3600, cards=3600))
    calendar = Calendar(parts.app, FakeAnnouncer())
    calendar.start()
    await asyncio.sleep(1.6)
    assert parts.calls.count("open") == 1
    parts.gate.set()
    await parts.called({"open"}, times=2)
    await calendar.stop()


async def test_a_sweep_under_way_may_finish_when_the_process_stops() -> None:
    parts = _Parts()
    parts.gate = asyncio.Event()
    calendar = Calendar(parts.app, FakeAnnouncer())
    calendar.start()
    await parts.called({"open"})
    asyncio.get_running_loop().call_later(0.2, parts.gate.set)
    await calendar.stop()
    assert "open finished" in parts.calls


async def test_a_sweep_that_hangs_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduled_jobs, "LAST_SECONDS", 0.2)
    parts = _Parts()
    parts.gate = asyncio.Event()
    calendar = Calendar(parts.app, FakeAnnouncer())
    calendar.start()
    await parts.called({"open"})
    async with asyncio.timeout(5):
        await calendar.stop()
    assert "open finished" not in parts.calls


class _SetClock(datetime):
    """The machine's clock, `off` from where it was."""

    off = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp((datetime.now(tz) + cls.off).timestamp(), tz)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> type[_SetClock]:
    monkeypatch.setattr(_SetClock, "off", timedelta())
    for module in (scheduled_jobs, apscheduler.schedulers.base, apscheduler.executors.base):
        monkeypatch.setattr(module, "datetime", _SetClock)
    return _SetClock


@pytest.mark.parametrize("jump", [timedelta(hours=-5), timedelta(days=-400), timedelta(hours=1), timedelta(days=4000)])
async def test_a_clock_that_is_set_while_the_bot_runs_stops_no_sweep_and_holds_up_nobody(
    set_clock: type[_SetClock], jump: timedelta
) -> None:
    parts = _Parts()
    parts.settings = SimpleNamespace(jobs=JobSettings(open=1, close=1, observe=3600, outbox=1, cards=1))
    calendar = Calendar(parts.app, FakeAnnouncer(), FakeKeeper())
    calendar.start()
    await parts.called(set(ORDER))
    before = parts.calls.count("close")
    set_clock.off = jump
    await parts.called({"close", "outbox", "cards"}, times=before + 2)
    await calendar.stop()
