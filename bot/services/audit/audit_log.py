"""The audit log: posting its head once a day, exporting it, comparing it with what is stored."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.announcements.announcement import Recurring, Topic
from bot.domain.audit.log.hash_chain import Entry
from bot.domain.audit.log.log_file import to_line
from bot.domain.audit.log.log_problem import Problem
from bot.domain.audit.log.replay_against_rows import Replay
from bot.domain.shared.types import GuildId, Timestamp
from bot.domain.spaces.space import Space
from bot.ports import Clock, Repositories, Store

MOST_BYTES = 9_000_000
"""What a file on Discord may hold, with room to spare."""
_GZIP = 31
"""The `wbits` value with which zlib writes gzip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Entries `first` to `last` as a gzip file of JSON lines; `head` is the log's last entry, None if it is empty."""

    content: bytes
    first: int
    last: int
    head: Entry | None

    @property
    def whole(self) -> bool:
        """Whether it reaches the end of the log."""
        return self.head is None or self.last == self.head.seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result of comparing the log with what is stored: the first problems, and how many there are."""

    head: Entry | None
    problems: tuple[Problem, ...]
    count: int


class Audit:
    """Reads the log. Other services write it, each in the transaction of its decision."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def post_heads(self) -> int:
        """Have the head of each log posted that has grown, at most once a day (UTC); return how many.

        Safe to run late: one head is posted then. A log that has not grown is not posted again. Logs that have not
        begun are begun here.
        """
        now = self._clock.now()
        async with self._store.read() as repos:
            spaces = [space for space in await repos.spaces.all() if space.is_main]
            due = [space for space in spaces if await _to_begin(repos, space) or await _to_post(repos, space, now)]
        if not due:
            return 0
        posted = 0
        async with self._store.write() as repos:
            for space in due:
                await repos.log.begin(space.guild, now)
                posted += await _post(repos, space, now)
            await repos.commit()
        return posted

    async def export(self, guild: GuildId, after: int = 0, most: int = MOST_BYTES) -> Export:
        """Export the entries from number `after` on, as many as fit into `most` bytes.

        Entry `after` itself comes first, so that those after it can be verified.
        """
        packer, content, last = zlib.compressobj(wbits=_GZIP), bytearray(), 0
        async with self._store.read() as repos:
            head = await repos.log.head(guild)
            async for entries in repos.log.entries(guild, max(after - 1, 0)):
                content += packer.compress("".join(to_line(entry) for entry in entries).encode())
                content += packer.flush(zlib.Z_SYNC_FLUSH)
                last = entries[-1].seq
                if len(content) >= most:
                    break
        return Export(content=bytes(content + packer.flush()), first=max(after, 1), last=last, head=head)

    async def verify(self, guild: GuildId, head: str | None = None) -> Verdict:
        """Verify the chain, then compare it with everything that is stored; `head` is a head that was posted.

        All stored heads that were posted are checked too.
        """
        async with self._store.read() as repos:
            posted = {told.seq: told.hash for told in await repos.log.posted(guild)}
            replay = Replay(await repos.log.salts(guild), posted, wanted=head)
            async for entries in repos.log.entries(guild):
                replay.take(entries)
            if replay.broken is None:
                async for rows in repos.log.rows(guild):
                    replay.hold_rows(rows)
                async for ballots in repos.log.ballots(guild):
                    replay.hold_ballots(ballots)
        return Verdict(head=replay.last, problems=tuple(replay.verdict()), count=replay.problems)


async def _to_begin(repos: Repositories, space: Space) -> bool:
    return await repos.log.head(space.guild) is None


async def _to_post(repos: Repositories, space: Space, now: Timestamp) -> Entry | None:
    """Return the head to post: there is a channel, none was posted today, and the log grew since the last one."""
    if space.audit_channel is None:
        return None
    head, posted = await repos.log.head(space.guild), await repos.log.posted(space.guild)
    if posted and (_day(posted[-1].at) == _day(now) or (head and posted[-1].seq == head.seq)):
        return None
    return head


async def _post(repos: Repositories, space: Space, now: Timestamp) -> bool:
    head = await _to_post(repos, space, now)
    if head is None or space.audit_channel is None:
        return False
    posted = await repos.log.posted(space.guild)
    began = Timestamp(json.loads(head.content)["at"])
    return await repos.outbox.add(
        key=f"log/{space.guild}/{_day(now)}",
        topic=Topic.LOG_HEAD,
        guild=space.guild,
        channel=space.audit_channel,
        facts={"seq": head.seq, "hash": head.hash, "at": now, "before": posted[-1].seq if posted else 0},
        at=now,
        recurring=Recurring(since=began, said=f"{head.seq} {head.hash}", of=f"log/{space.guild}"),
    )


def _day(moment: Timestamp) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()
