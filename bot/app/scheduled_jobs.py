"""The scheduled jobs: what is due, and how often it is looked for. Every job may run late, twice, or be interrupted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped]

from bot.app.composition import App
from bot.app.memory_collection import collect
from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.ports import Announcer, GuildRoles

_log = logging.getLogger(__name__)

_MINUTE, _HOUR, _SNAPSHOTS, _STORAGE, _MEMORY = 60, 3_600, 300, 10, 300
LAST_SECONDS = 8
"""Seconds that running jobs have to finish when the process is asked to stop."""
_LOOK = 1.0
"""Seconds between two checks whether the machine's clock was set back."""


async def open_due(app: App) -> None:
    """Open the proposals whose start has come."""
    await app.lifecycle.open_due()


async def close_due(app: App) -> None:
    """Count the proposals whose grace period is over."""
    await app.lifecycle.close_due()


async def watch_clocks(app: App) -> None:
    """Compare the machine's clock with those of the chains of running votes."""
    await app.clocks.watch()


async def watch_snapshots(app: App) -> None:
    """Check whether the chains still have the snapshot blocks of running votes."""
    await app.snapshots.watch()


async def observe(app: App) -> None:
    """Read the treasuries and note the milestones that they reach."""
    await app.treasury.observe()


async def look_again(app: App) -> None:
    """Read reached milestones again at the blocks that reached them, and correct those that were not."""
    await app.corrections.look_again()


async def audit(app: App) -> None:
    """Have the heads of the audit logs posted, once a day."""
    await app.audit.post_heads()


async def look_at_holdings(app: App) -> None:
    """Evaluate who earns which role."""
    await app.role_evaluation.check_all()


async def change_roles(app: App, guild_roles: GuildRoles | None) -> None:
    """Give and take the roles that were decided; without `guild_roles` they wait."""
    if guild_roles is not None:
        await app.role_sync.carry_out_all(guild_roles)


async def forget(app: App) -> None:
    """Remove what is kept for a while only, and remove erased data from the database's files."""
    await app.retention.remove_expired()
    await app.store.checkpoint()


async def look_after_storage(app: App) -> None:
    """Check whether a failed database works again, and make the day's backup."""
    await app.store.try_again()
    if app.backups is not None and app.store.fault is not StorageFault.REPLACED:
        await asyncio.to_thread(app.backups.make_daily, app.clock.now())


async def look_through_memory() -> None:
    """Collect garbage."""
    collect()


async def send(app: App, announcer: Announcer) -> None:
    """Post every announcement that is due."""
    await app.outbox.send_due(announcer)


async def refresh_cards(app: App, announcer: Announcer) -> None:
    """Redraw the cards that are out of date; one that fails does not hold up the others."""
    if not announcer.ready():
        return
    for proposal in await app.cards.stale(app.settings.jobs.card_debounce):
        await _guarded("card", lambda proposal=proposal: announcer.show(proposal))  # type: ignore[misc]


def sweeps(
    app: App, announcer: Announcer, guild_roles: GuildRoles | None = None
) -> dict[str, tuple[int, Callable[[], Awaitable[None]]]]:
    """Return every job by name, with the seconds between two runs, in the order from facts to announcements."""
    jobs = app.settings.jobs
    return {
        "open": (jobs.open, lambda: open_due(app)),
        "close": (jobs.close, lambda: close_due(app)),
        "clocks": (_MINUTE, lambda: watch_clocks(app)),
        "snapshots": (_SNAPSHOTS, lambda: watch_snapshots(app)),
        "observe": (jobs.observe, lambda: observe(app)),
        "corrections": (_HOUR, lambda: look_again(app)),
        "audit": (jobs.audit, lambda: audit(app)),
        "holdings": (jobs.roles, lambda: look_at_holdings(app)),
        "roles": (jobs.outbox, lambda: change_roles(app, guild_roles)),
        "outbox": (jobs.outbox, lambda: send(app, announcer)),
        "cards": (jobs.cards, lambda: refresh_cards(app, announcer)),
        "storage": (_STORAGE, lambda: look_after_storage(app)),
        "forget": (_HOUR, lambda: forget(app)),
        "memory": (_MEMORY, look_through_memory),
    }


async def sweep_all(app: App, announcer: Announcer, guild_roles: GuildRoles | None = None) -> None:
    """Run every job once, in order; for tests and the demo."""
    for name, (_, sweep) in sweeps(app, announcer, guild_roles).items():
        await _guarded(name, sweep)


class Every(BaseTrigger):  # type: ignore[misc]
    """A trigger a fixed number of seconds after the last run. A clock set ahead causes one run, not thousands."""

    def __init__(self, seconds: int) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return the time of the next run; the first one is now."""
        return now if previous_fire_time is None else now.astimezone(UTC) + self._interval


class Calendar:
    """Runs the jobs until it is stopped. A missed run is made up for once; no job runs twice at a time.

    A machine's clock that is set ahead or back, by seconds or by years, delays no job by more than its interval.
    """

    def __init__(self, app: App, announcer: Announcer, guild_roles: GuildRoles | None = None) -> None:
        self._scheduler = AsyncIOScheduler(
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._sweeps = sweeps(app, announcer, guild_roles)
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start; every job runs at once the first time."""
        now = datetime.now(UTC)
        for name, (seconds, sweep) in self._sweeps.items():
            self._scheduler.add_job(
                self._run, Every(seconds), args=(name, sweep), id=name, name=name, next_run_time=now
            )
        self._scheduler.start()
        self._looking = asyncio.create_task(self._look_at_the_clock(), name="clock set back")

    async def stop(self, *, at_once: bool = False) -> None:
        """Start no more jobs, and let running ones finish within a few seconds (`at_once`: cancel them)."""
        self._stopping = True
        if self._looking is not None:
            self._looking.cancel()
        self._scheduler.pause()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=0 if at_once else LAST_SECONDS)
            for task in late:
                task.cancel()
        self._scheduler.shutdown(wait=False)

    async def _look_at_the_clock(self) -> None:
        """Run jobs that are further ahead than their interval now: the clock was set back."""
        while True:
            await asyncio.sleep(_LOOK)
            now = datetime.now(UTC)
            strayed = [
                job
                for job in self._scheduler.get_jobs()
                if job.next_run_time > now + timedelta(seconds=self._sweeps[job.id][0])
            ]
            for job in strayed:
                job.modify(next_run_time=now)
            if strayed:
                _log.warning("the machine's clock was set back; %s sweeps run now, not much later", len(strayed))

    async def _run(self, name: str, sweep: Callable[[], Awaitable[None]]) -> None:
        if self._stopping:
            return
        task = asyncio.create_task(_guarded(name, sweep), name=f"sweep-{name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)


async def _guarded(name: str, sweep: Callable[[], Awaitable[None]]) -> None:
    """Run a job; an unexpected error is logged, and the next run tries again."""
    try:
        await sweep()
    except StorageUnavailable as error:
        _log.debug("the %s sweep waits: %s", name, error)  # the operator was told by the database
    except Exception:  # noqa: BLE001 - the last line of defence of a process that must go on
        _log.exception("the %s sweep failed; it runs again", name)
