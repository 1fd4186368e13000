"""The repository of proposals."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Executable, and_, bindparam, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.shared.types import GuildId, MemberId, ProposalId, SpaceId, Timestamp
from bot.storage.driver.statements import AnyConnection, ConflictInsert, PreparedStatement, insert_new, next_number
from bot.storage.repositories.proposals import public_listings
from bot.storage.repositories.proposals.proposal_rows import EXPONENT, from_proposal, from_result, to_proposal
from bot.storage.repositories.shared.readable_rows import readable
from bot.storage.tables import cards, proposals


def _touching(touched: ConflictInsert) -> ConflictInsert:
    new = touched.excluded.touched_at
    later = or_(cards.c.touched_at.is_(None), cards.c.touched_at < new)
    return touched.on_conflict_do_update(index_elements=[cards.c.proposal], set_={"touched_at": new}, where=later)


_PREPARED_GET = PreparedStatement(select(proposals).where(proposals.c.id == bindparam("same")))
_PREPARED_TOUCH = PreparedStatement(_touching(sqlite.insert(cards)), on_postgresql=_touching(postgresql.insert(cards)))


class SqlProposals:
    """Proposals, with two times of each card: when its facts last changed, and as of when it was last drawn."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def add(self, draft: Proposal) -> Proposal:
        """Store a draft under the next number of its guild."""
        number = await next_number(self._connection, draft.guild, "proposals")
        row = proposals.insert().values(from_proposal(draft) | {"number": number})
        return (await self._read(row.returning(*proposals.c)))[0]

    async def get(self, proposal: ProposalId) -> Proposal | None:
        """Return the proposal of an id."""
        return next(
            iter([to_proposal(row) for row in await _PREPARED_GET.run(self._connection, {"same": proposal})]), None
        )

    async def numbered(self, guild: GuildId, number: int) -> Proposal | None:
        """Return the proposal that the guild knows by a number."""
        named = select(proposals).where(proposals.c.guild == guild, proposals.c.number == number)
        return next(iter(await self._read(named)), None)

    async def newest_submission(self, space: SpaceId | None) -> Timestamp | None:
        """Return the newest submission time in a space, or in all (None); None if there was none."""
        newest = select(func.max(proposals.c.submitted_at))
        if space is not None:
            newest = newest.where(proposals.c.space == space)
        found: int | None = await self._connection.scalar(newest)
        return None if found is None else Timestamp(found)

    async def save(self, proposal: Proposal) -> None:
        """Store every field, and never change a result that is stored.

        Raises:
            LookupError: the id is not known, or a result is stored that this value does not hold.

        """
        row = from_proposal(proposal)
        uncounted = or_(
            proposals.c.counted_at.is_(None),
            and_(proposals.c.counted_at == row["counted_at"], proposals.c.result == row["result"]),
        )
        known = update(proposals).where(proposals.c.id == proposal.id, uncounted)
        if not (await self._connection.execute(known.values(row | {"terms": _terms_of(row)}))).rowcount:
            raise LookupError(f"no proposal {proposal.id} without another result")

    async def of(self, guild: GuildId) -> list[Proposal]:
        """Return all of a guild, newest first."""
        mine = select(proposals).where(proposals.c.guild == guild)
        return await self._read(mine.order_by(proposals.c.number.desc()))

    async def uncounted_in(self, spaces: Collection[SpaceId], limit: int) -> list[Proposal]:
        """Return submitted proposals of these spaces without a result, not withdrawn, earliest end first."""
        return await self._read(public_listings.uncounted(spaces, limit))

    async def counted_in(self, spaces: Collection[SpaceId], limit: int, offset: int) -> list[Proposal]:
        """Return proposals of these spaces with a result, not withdrawn, newest count first."""
        return await self._read(public_listings.counted(spaces, limit, offset))

    async def how_many_counted_in(self, spaces: Collection[SpaceId]) -> int:
        """Return how many of those there are."""
        return await self._connection.scalar(public_listings.how_many_counted(spaces)) or 0

    async def opened_in(self, spaces: Collection[SpaceId], now: Timestamp, limit: int) -> list[Proposal]:
        """Return proposals of these spaces whose start has come, not withdrawn, newest start first."""
        return await self._read(public_listings.opened(spaces, now, limit))

    async def visible(self, guild: GuildId, viewer: MemberId, limit: int) -> list[Proposal]:
        """Return the newest `limit` proposals that were submitted or are drafts of `viewer`, newest first."""
        seen = select(proposals).where(
            proposals.c.guild == guild,
            or_(
                proposals.c.submitted_at.is_not(None),
                and_(proposals.c.author == viewer, proposals.c.withdrawn_at.is_(None)),
            ),
        )
        return await self._read(seen.order_by(proposals.c.number.desc()).limit(limit))

    async def drafts(self, guild: GuildId, author: MemberId) -> int:
        """Return how many drafts a member has."""
        kept = select(func.count()).where(
            proposals.c.guild == guild,
            proposals.c.author == author,
            proposals.c.submitted_at.is_(None),
            proposals.c.withdrawn_at.is_(None),
        )
        return await self._connection.scalar(kept) or 0

    async def due_to_open(self, now: Timestamp) -> list[Proposal]:
        """Return those whose start has come and that are not marked opened, earliest start first."""
        due = select(proposals).where(
            proposals.c.submitted_at.is_not(None),
            proposals.c.withdrawn_at.is_(None),
            proposals.c.opened_at.is_(None),
            proposals.c.starts_at <= now,
        )
        return await self._of_all_servers(due.order_by(proposals.c.starts_at, proposals.c.id))

    async def undecided(self) -> list[Proposal]:
        """Return submitted proposals without a result, not withdrawn or deleted, earliest end first."""
        running = select(proposals).where(
            proposals.c.submitted_at.is_not(None),
            proposals.c.withdrawn_at.is_(None),
            proposals.c.counted_at.is_(None),
        )
        return await self._of_all_servers(running.order_by(proposals.c.ends_at, proposals.c.id))

    async def due_to_close(self, now: Timestamp) -> list[Proposal]:
        """Return those whose grace is over and whose count is to be made, earliest end first."""
        due = select(proposals).where(
            proposals.c.withdrawn_at.is_(None),
            proposals.c.counted_at.is_(None),
            proposals.c.ends_at <= now - GRACE,
        )
        return await self._of_all_servers(due.order_by(proposals.c.ends_at, proposals.c.id))

    async def close(self, proposal: Proposal) -> bool:
        """Store the result of a proposal and clear its `held_reason`; return False if a result is stored already.

        No other field is stored, so changes to its card meanwhile stay. Raises ValueError if `proposal` has no result.
        """
        if proposal.result is None:
            raise ValueError("there is no result to store")
        uncounted = update(proposals).where(proposals.c.id == proposal.id, proposals.c.counted_at.is_(None))
        result = {
            "counted_at": proposal.result.counted_at,
            "result": from_result(proposal.result),
            "held_reason": None,
        }
        return (await self._connection.execute(uncounted.values(result))).rowcount == 1

    async def stale_cards(self, before: Timestamp, now: Timestamp) -> list[Proposal]:
        """Return the proposals whose card is out of date and was not drawn after `before`.

        A change in the same second as the drawing may have come after it, so it counts as not shown. A drawing later
        than `now` was dated by a clock that was set back since, so what changed after it is unknown and it counts as
        out of date. So does a card drawn before voting began: it shows no buttons, whatever its date.
        """
        begun_since = and_(cards.c.shown_at < proposals.c.starts_at, proposals.c.starts_at <= now)
        stale = (
            select(proposals)
            .join(cards, cards.c.proposal == proposals.c.id)
            .where(
                proposals.c.card.is_not(None),
                cards.c.touched_at.is_not(None),
                or_(
                    cards.c.shown_at.is_(None),
                    cards.c.shown_at > now,
                    and_(or_(cards.c.touched_at >= cards.c.shown_at, begun_since), cards.c.shown_at <= before),
                ),
            )
        )
        return await self._of_all_servers(stale.order_by(cards.c.touched_at, proposals.c.id))

    async def mark_card_stale(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that the card is out of date since `at`."""
        await _PREPARED_TOUCH.run(self._connection, {"proposal": proposal, "touched_at": at})

    async def mark_card_drawn(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that the card was drawn from the facts of `at`."""
        if await insert_new(self._connection, cards, [{"proposal": proposal, "shown_at": at}]):
            return
        # A change dated later than this drawing still counts as not shown, also once a clock that was ahead is right.
        touched = case((cards.c.touched_at > at, at), else_=cards.c.touched_at)
        drawn = update(cards).where(cards.c.proposal == proposal)
        await self._connection.execute(drawn.values(shown_at=at, touched_at=touched))

    async def _read(self, statement: Executable) -> list[Proposal]:
        return [to_proposal(row) for row in await self._connection.execute(statement)]

    async def _of_all_servers(self, statement: Executable) -> list[Proposal]:
        """Read the rows of many servers; one that cannot be read is skipped, so that the others are still processed."""
        return readable(await self._connection.execute(statement), to_proposal, proposals.name)


def _terms_of(row: Mapping[str, object]) -> ColumnElement[str]:
    """Keep the stored terms where reading and writing would change the form of a number: the log has their digest."""
    same = and_(proposals.c.terms.contains(EXPONENT), proposals.c.submitted_at == row["submitted_at"])
    return case((same, proposals.c.terms), else_=row["terms"])
