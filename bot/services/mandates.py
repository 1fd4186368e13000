"""Members who let others vote for them."""

from __future__ import annotations

from bot.domain.audit.decisions import Kind
from bot.domain.delegation import Mandate, circle, counting
from bot.domain.errors import DelegationCircle, InvalidInput
from bot.domain.proposal import Proposal
from bot.domain.types import Address, GuildId, MemberId, Timestamp
from bot.domain.voting import VotingType
from bot.ports import Books, Clock, Store


class Mandates:
    """Gives, takes back and shows mandates. What is done counts for proposals that are submitted afterwards."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def give(
        self,
        guild: GuildId,
        delegator: MemberId,
        delegate: MemberId,
        *,
        topic: VotingType | None = None,
        until: Timestamp | None = None,
    ) -> Mandate:
        """Let `delegate` vote for `delegator`; it replaces the delegator's standing mandate of the same topic.

        Raises:
            InvalidInput: nobody is their own delegate.
            DelegationCircle: the delegate's power comes to the delegator already, at once or through others.

        """
        if delegate == delegator:
            raise InvalidInput(field="delegate", problem="is yourself", remedy="choose another member")
        async with self._store.write() as books:
            given = Mandate(
                guild=guild,
                delegator=delegator,
                delegate=delegate,
                topic=topic,
                given_at=await self._after_submissions(books, guild),
                until=until,
            )
            if through := circle(await books.mandates.standing(guild, given.given_at), given):
                raise DelegationCircle(through)
            await books.mandates.give(given)
            await books.log.append(
                guild,
                Kind.MANDATE_GIVEN,
                at=self._clock.now(),
                by=delegator,
                about={"delegate": delegate},
                facts={"topic": topic, "until": until},
                subjects=[("mandates", delegator, given.given_at)],
            )
            await books.commit()
        return given

    async def take_back(self, guild: GuildId, delegator: MemberId, topic: VotingType | None = None) -> list[Mandate]:
        """End the delegator's mandate for a topic, or all of them without one; return those that stood."""
        async with self._store.write() as books:
            now = await self._after_submissions(books, guild)
            ended = [m for m in await books.mandates.of(guild, delegator, now) if topic is None or m.topic == topic]
            for mandate in ended:
                await books.mandates.clear(guild, delegator, mandate.topic, now)
            if ended:
                await books.log.append(
                    guild,
                    Kind.MANDATE_CLEARED,
                    at=self._clock.now(),
                    by=delegator,
                    facts={"topics": [mandate.topic for mandate in ended]},
                    subjects=[("mandates", delegator, now)],
                )
            await books.commit()
        return ended

    async def of(self, guild: GuildId, member: MemberId) -> tuple[list[Mandate], list[Mandate]]:
        """Return what stands from the member to others, and from others to the member."""
        now = self._clock.now()
        async with self._store.read() as books:
            return await books.mandates.of(guild, member, now), await books.mandates.to(guild, member, now)

    async def _after_submissions(self, books: Books, guild: GuildId) -> Timestamp:
        """Return the present second, or the next one after a proposal's that was submitted in it already."""
        newest = await books.proposals.newest_submission(guild)
        now = self._clock.now()
        return now if newest is None else Timestamp(max(now, newest + 1))


async def wallets_behind(books: Books, proposal: Proposal, delegate: MemberId) -> dict[Address, MemberId]:
    """Return the wallets that a delegate may vote for on a proposal, with their members.

    That are the wallets linked now of those whose mandate counted at the submission, but of nobody who voted
    themselves or is recused, and none that has a ballot of its own.
    """
    members = await _delegators(books, proposal, delegate)
    if not members:
        return {}
    linked = await books.wallets.of_members(proposal.guild, members)
    own = await books.ballots.cast_themselves(proposal.id, members, [wallet.address for wallet in linked])
    voters, voted = {ballot.member for ballot in own}, {ballot.wallet for ballot in own}
    voters |= {recusal.member for recusal in proposal.recusals}
    voted |= proposal.recused
    return {w.address: w.member for w in linked if w.member not in voters and w.address not in voted}


async def mandates_of(
    books: Books, guild: GuildId, member: MemberId, proposal: Proposal | None, now: Timestamp
) -> tuple[list[Mandate], int]:
    """Return a member's mandates to others and how many delegate to them: for a proposal, or those that stand now."""
    if proposal is None:
        to = await books.mandates.to(guild, member, now)
        return await books.mandates.of(guild, member, now), len({mandate.delegator for mandate in to})
    at = proposal.submitted_at
    if at is None or proposal.terms is None or not proposal.terms.delegation:
        return [], 0
    mine = counting(await books.mandates.at(guild, member, at), proposal.voting, at)
    return list(mine.values()), len(await _delegators(books, proposal, member))


async def _delegators(books: Books, proposal: Proposal, delegate: MemberId) -> list[MemberId]:
    """Return those for whom a delegate may vote on a proposal, as it was settled when it was submitted."""
    at = proposal.submitted_at
    if at is None or proposal.terms is None or not proposal.terms.delegation:
        return []
    chosen = counting(await books.mandates.around(proposal.guild, delegate, at), proposal.voting, at)
    return [delegator for delegator, mandate in chosen.items() if mandate.delegate == delegate]
