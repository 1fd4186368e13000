"""Bundles in parts, for servers whose upload limit is too small for the whole file."""

from __future__ import annotations

from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.audit.bundle.writing.split_files import piece, pieces_of
from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ChannelId, GuildId, ProposalId
from bot.ports import Clock, Repositories, Store
from bot.services.announcements.proposal_announcements import announce
from bot.services.audit.result_bundles import Results
from bot.services.shared.lookup import known
from bot.services.shared.worker_thread import in_thread


class BundleParts:
    """Splits a bundle, always in the same way. The number of parts is fixed when they are to be posted."""

    def __init__(self, *, store: Store, clock: Clock, results: Results) -> None:
        self._store, self._clock, self._results = store, clock, results

    async def post(self, proposal: ProposalId, channel: ChannelId) -> int:
        """Queue the parts of a result's bundle for posting, each once however often this is called; return how many.

        Raises NotFound, NotCounted.
        """
        of = await self.count(proposal)
        async with self._store.write() as repos:
            found = await known(repos, proposal)
            for number in range(1, of + 1):
                facts = {"part": number, "of": of}
                step = f"result/part/{number}"
                await announce(repos, found, Topic.BUNDLE_PART, step, channel, self._clock.now(), facts)
            await repos.commit()
        return of

    async def count(self, proposal: ProposalId) -> int:
        """Return the number of parts of a bundle. Raises NotFound, NotCounted."""
        async with self._store.read() as repos:
            settled = await _settled(repos, proposal)
            found = await known(repos, proposal)
        if settled is not None:
            return settled
        file = await self._results.bundle(found.guild, found.number)
        return await in_thread(lambda: pieces_of(unpacked(file), len(file)))

    async def part(self, guild: GuildId, number: int, part: int, of: int) -> bytes:
        """Return one part as a gzip file, the same bytes every time. Raises NotFound, NotCounted."""
        if not 1 <= part <= of:
            raise NotFound(Thing.BUNDLE_PART, "/".join((str(part), str(of))))
        file = await self._results.bundle(guild, number)
        return await in_thread(lambda: piece(unpacked(file), part, of))


async def _settled(repos: Repositories, proposal: ProposalId) -> int | None:
    first: Announcement | None = await repos.outbox.find(f"proposal/{proposal}/result/part/1")
    return None if first is None else int(first.facts["of"] or 0)
