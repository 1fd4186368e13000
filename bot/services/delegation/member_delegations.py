"""Members who let others vote for them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from bot.domain.audit.log.entry_kinds import FORMER, Kind
from bot.domain.delegation.member_delegation import Mandate, ahead, circle, counting, idle
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import DelegationCircle, InvalidInput
from bot.domain.shared.types import Address, GuildId, MemberId, Timestamp
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
        everywhere: bool = False,
    ) -> Mandate:
        """Let `delegate` vote for `delegator` in the guild, or `everywhere`.

        It replaces what the delegator gave before for the same topic in the same guild, or everywhere from any guild.

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
                given_at=await self._after_submissions(books, guild, everywhere=everywhere),
                until=until,
                everywhere=everywhere,
            )
            if path := circle(await books.mandates.around_circle(given), given):
                known = await _told(books, guild, path) == list(path)
                raise DelegationCircle([mandate.delegator for mandate in path] if known else [])
            ended = await books.mandates.give(given)
            await books.log.append(
                guild,
                Kind.MANDATE_GIVEN,
                at=self._clock.now(),
                by=delegator,
                about={"delegate": delegate},
                facts={"topic": topic, "until": until, "everywhere": everywhere},
                subjects=[("mandates", delegator, given.given_at)],
            )
            # Those of this guild are in the entry above.
            await self._log_ended(books, [other for other in ended if other.guild != guild], given.given_at)
            await books.commit()
        return given

    async def take_back(
        self,
        guild: GuildId,
        delegator: MemberId,
        topic: VotingType | None = None,
        *,
        everywhere: bool | None = None,
    ) -> list[Mandate]:
        """End what the delegator gave for the guild, or `everywhere` from any guild; None is both.

        With a topic that of the topic alone. Return what stood.
        """
        async with self._store.write() as books:
            standing = await books.mandates.of(guild, delegator, self._clock.now())
            taken = [mandate for mandate in standing if topic is None or mandate.topic == topic]
            taken = [mandate for mandate in taken if everywhere in (None, mandate.everywhere)]
            for scope in sorted({mandate.everywhere for mandate in taken}):
                at = await self._after_submissions(books, guild, everywhere=scope)
                ended = [await books.mandates.clear(mandate, at) for mandate in taken if mandate.everywhere == scope]
                await self._log_ended(books, list(chain(*ended)), at)
            await books.commit()
        return taken

    async def of(self, guild: GuildId, member: MemberId) -> tuple[list[Mandate], list[Mandate]]:
        """Return what stands from the member to others, and from others to the member as far as this guild is told."""
        now = self._clock.now()
        async with self._store.read() as books:
            given, received = await books.mandates.of(guild, member, now), await books.mandates.to(guild, member, now)
            return given, await _told(books, guild, received)

    async def ahead(self, guild: GuildId, member: MemberId) -> dict[Mandate, list[Mandate]]:
        """Return, for what stands from and to the member for every guild, what comes before it in this one."""
        now = self._clock.now()
        async with self._store.read() as books:
            given, received = await books.mandates.of(guild, member, now), await books.mandates.to(guild, member, now)
            others = await books.mandates.around(guild, member, now)
        return {mandate: ahead(mandate, [*given, *others], guild) for mandate in (*given, *received)}

    async def _log_ended(self, books: Books, ended: Sequence[Mandate], at: Timestamp) -> None:
        """Tell the logs of the guilds in which they were given what ended `at`, of one delegator and one scope."""
        for guild in sorted({mandate.guild for mandate in ended}):
            told = [mandate for mandate in ended if mandate.guild == guild]
            await books.log.append(
                guild,
                Kind.MANDATE_CLEARED,
                at=self._clock.now(),
                by=told[0].delegator,
                facts={"topics": [mandate.topic for mandate in told], "everywhere": told[0].everywhere},
                subjects=[("mandates", told[0].delegator, at)],
            )

    async def _after_submissions(self, books: Books, guild: GuildId, *, everywhere: bool) -> Timestamp:
        """Return the present second, or the next one after a proposal's that was submitted in it already."""
        newest = await books.proposals.newest_submission(None if everywhere else guild)
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
    """Return a member's mandates to others and how many delegate to them: for a proposal, or what counts here now."""
    if proposal is None:
        given = await books.mandates.of(guild, member, now)
        others = await books.mandates.around(guild, member, now)
        received = [mandate for mandate in others if mandate.delegate == member and not idle(mandate, others, guild)]
        told = {mandate.delegator for mandate in await _told(books, guild, received)}
        return [mandate for mandate in given if not idle(mandate, given, guild)], len(told)
    at = proposal.submitted_at
    if at is None or proposal.terms is None or not proposal.terms.delegation:
        return [], 0
    mine = counting(await books.mandates.at(guild, member, at), guild, proposal.voting, at)
    known = [mandate for mandate in mine.values() if mandate.delegate != FORMER]
    return known, len(await _delegators(books, proposal, member))


async def _delegators(books: Books, proposal: Proposal, delegate: MemberId) -> list[MemberId]:
    """Return those for whom a delegate may vote on a proposal, as it was settled when it was submitted."""
    at = proposal.submitted_at
    if at is None or proposal.terms is None or not proposal.terms.delegation:
        return []
    guild = proposal.guild
    chosen = counting(await books.mandates.around(guild, delegate, at), guild, proposal.voting, at)
    return [delegator for delegator, mandate in chosen.items() if mandate.delegate == delegate]


async def _told(books: Books, guild: GuildId, mandates: Sequence[Mandate]) -> list[Mandate]:
    """Return those that others may hear of in a guild: given there, or for every guild by who linked a wallet there.

    Whoever did neither may not even be known there.
    """
    far = sorted({mandate.delegator for mandate in mandates if mandate.guild != guild and mandate.everywhere})
    linked = {wallet.member for wallet in await books.wallets.of_members(guild, far)}
    return [
        mandate
        for mandate in mandates
        if mandate.guild == guild or (mandate.everywhere and mandate.delegator in linked)
    ]
