"""What is stored about a member: exporting it, and forgetting it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.shared.types import GuildId, MemberId, ProposalId, Timestamp
from bot.ports import Clock, Store
from bot.services.shared.lookup import known


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What forgetting a member would do now.

    `rows` are the numbers of rows deleted or changed, by table. `votes` are the open votes in which the member's
    ballots, or ballots they cast for others, count: these stay. `elsewhere` is how many delegations for every guild
    stay, because they were given in another one. `agreed` has to be passed back by whoever has read this.
    """

    rows: Mapping[str, int]
    votes: tuple[int, ...]
    elsewhere: int
    agreed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was done: how many cards are drawn again, and how many of the bot's messages are deleted."""

    cards: int
    messages: int


class Privacy:
    """Works on one guild. Of other guilds it reads only delegations for every guild, and changes nothing."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def export(self, guild: GuildId, member: MemberId) -> bytes:
        """Return everything stored about the member as JSON, by table."""
        async with self._store.read() as repos:
            found = await repos.people.all_of(guild, member)
        told = {"guild": str(guild), "member": str(member), "at": self._clock.now(), "stored": found}
        return json.dumps(told, indent=1, ensure_ascii=False, default=_written).encode()

    async def preview(self, guild: GuildId, member: MemberId) -> Preview:
        """Return what forgetting the member would do."""
        async with self._store.read() as repos:
            found = await repos.people.all_of(guild, member)
            counting = await repos.people.counting_in(guild, member)
            votes = [(await known(repos, proposal)).number for proposal in counting]
        elsewhere = [row for row in found["mandates"] if row["guild"] != guild]
        found["mandates"] = [row for row in found["mandates"] if row["guild"] == guild]
        return Preview(
            rows={table: len(rows) for table, rows in found.items() if rows},
            votes=tuple(votes),
            elsewhere=len(elsewhere),
            agreed=_agreed(counting),
        )

    async def forget(self, guild: GuildId, member: MemberId, agreed: str) -> Forgotten | None:
        """Forget the member in one transaction; None if by now votes count that the preview did not list.

        Deleted are links, drafts, delegations given here (also those for every guild, which end everywhere),
        challenges, addresses of web pages, and the salt of their references. Rows that stay name a former member
        instead; ballots stay as those of the wallets. Cards that name the member are drawn again, and the bot's other
        messages that do are deleted.
        """
        now = self._clock.now()
        async with self._store.write() as repos:
            if _agreed(await repos.people.counting_in(guild, member)) != agreed:
                return None
            subjects = await repos.people.subjects_of(guild, member)
            shown = await repos.people.shown_in(guild, member)
            told = await repos.people.told_of(guild, member)
            newest = await repos.proposals.newest_submission(None)
            ended = now if newest is None else Timestamp(max(now, newest + 1))
            await repos.people.erase(guild, member, ended)
            await repos.log.append(guild, Kind.FORGOTTEN, at=now, by=member, subjects=subjects)
            await repos.people.erase_salt(guild, member)
            for proposal in shown:
                await repos.proposals.mark_card_stale(proposal, now)
            for channel, message in told:
                await repos.outbox.add(
                    key=f"taken down/{message}",
                    topic=Topic.TAKEN_DOWN,
                    guild=guild,
                    channel=channel,
                    facts={"message": message},
                    at=now,
                )
            await repos.commit()
        return Forgotten(cards=len(shown), messages=len(told))


def _agreed(counting: Sequence[ProposalId]) -> str:
    return sha256(json.dumps(sorted(counting)).encode()).hexdigest()[:16]


def _written(value: Any) -> str:  # noqa: ANN401 - a column's value
    return value.hex() if isinstance(value, bytes) else str(value)
