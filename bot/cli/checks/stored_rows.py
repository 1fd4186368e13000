"""Checks every stored row, and each server's log against the rows, without changing anything."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.app.system_clock import SystemClock
from bot.cli.checks.database import opened
from bot.cli.checks.findings import Finding, ok, problem
from bot.domain.shared.types import GuildId
from bot.services.audit.audit_log import Audit
from bot.settings import StorageSettings
from bot.storage.driver.engine import for_reading, name_of
from bot.storage.maintenance.integrity import faults
from bot.storage.rows.ordered_rows import log_heads
from bot.storage.unit_of_work import SqlStore

_REMEDY = {
    "sqlite": "look after the disk, and restore the newest backup: folkmoot db restore FILE",
    "postgresql": "look after the server's disk, and restore the newest dump: docs/postgresql.md says how",
}


async def check_rows(storage: StorageSettings) -> AsyncIterator[Finding]:
    """Check the database and then every row in it; one that does not exist yet is not created."""
    async with opened(storage) as (engine, finding):
        yield finding
        if engine is None:
            return
        whole = True
        async for fault in faults(engine):
            whole = False
            yield problem(fault, _REMEDY[engine.dialect.name])
        if not whole:
            return
        yield ok(f"tables, indexes and rows of {name_of(engine)} are whole")
        async with for_reading(engine).connect() as connection:
            guilds = [GuildId(guild) for guild in await log_heads(connection)]
        audit = Audit(store=SqlStore(engine), clock=SystemClock())
        for guild in guilds:
            verdict = await audit.verify(guild)
            if verdict.problems or verdict.head is None:
                what = f"what is stored of server {guild} is not as its log says, or the log itself is broken"
                yield problem(what, "/audit verify in that server says where")
            else:
                yield ok(f"what is stored of server {guild} is as its log says: {verdict.head.seq} entries")
