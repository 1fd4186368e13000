"""Treasuries and campaigns: what is watched, what was read, which milestones are reached."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.shared.addresses import parse_address
from bot.domain.shared.amounts import parse_amount
from bot.domain.shared.errors import ChainUnavailable, InvalidInput, NotFound
from bot.domain.shared.errors.faults.general import ChainNotConfigured, GeneralFlaw, WrongLength
from bot.domain.shared.errors.faults.treasury import TooManyCampaigns, TooManyTreasuries, TreasuryFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import CampaignId, ChainId, ChannelId, GuildId, MemberId, Timestamp, Token, Units
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import (
    MAX_CAMPAIGNS,
    MAX_NAME,
    MAX_WATCHES,
    Campaign,
    Holding,
    Reading,
    Watch,
    check_targets,
)
from bot.ports import ChainReader, Clock, Store
from bot.services.outages import gather_in_order, per_group
from bot.services.shared.lookup import campaign_numbered, check_active
from bot.services.shared.space_fact import space_fact
from bot.services.treasury.balance_reader import BalanceReader
from bot.services.treasury.deadline_readings import DeadlineReadings
from bot.services.treasury.reached_milestones import note_reached
from bot.services.treasury.unread_treasuries import UnreadTreasuries

_log = logging.getLogger(__name__)


class Treasury:
    """Watches holdings at final blocks and notes the milestones that they reach."""

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader) -> None:
        self._store, self._clock, self._chain = store, clock, chain
        self._readings = BalanceReader(chain)
        self._unread = UnreadTreasuries(store=store, clock=clock)
        self._deadlines = DeadlineReadings(store=store, clock=clock, chain=chain)

    async def watch(
        self, space: Space, member: MemberId, *, chain: ChainId, holder: str, token: str | None, label: str
    ) -> Watch:
        """Have a space watch what `holder` has of `token` (None: the chain's own coin); it is read once right away.

        Raises:
            InvalidInput: an address or chain is wrong, no token stands there, too many are watched, or the space is
                archived.
            ChainUnavailable: it could not be looked at.

        """
        holding, described, reading = await self._look(chain, holder, token)
        label = " ".join(label.split())
        if not 1 <= len(label) <= MAX_NAME:
            raise InvalidInput(Field.LABEL, WrongLength(len(label), 1, MAX_NAME))
        async with self._store.write() as repos:
            check_active(await repos.spaces.get(space.id))
            watches = await repos.treasury.watches(space.id)
            if any(watch.holding == holding for watch in watches):
                raise InvalidInput(Field.TREASURY, TreasuryFlaw.WATCHED_ALREADY)
            if len(watches) >= MAX_WATCHES:
                raise InvalidInput(Field.TREASURY, TooManyTreasuries(MAX_WATCHES))
            watch = await repos.treasury.add_watch(
                Watch(
                    space=space.id,
                    guild=space.guild,
                    number=0,
                    label=label,
                    holding=holding,
                    symbol=described.symbol,
                    decimals=described.decimals,
                    added_by=member,
                    added_at=self._clock.now(),
                )
            )
            await repos.treasury.record([reading])
            await repos.log.append(
                watch.guild,
                Kind.WATCHED,
                at=watch.added_at,
                by=member,
                facts=space_fact(space),
                subjects=[("watch", watch.number)],
            )
            await repos.commit()
        return watch

    async def unwatch(self, space: Space, number: int, *, by: MemberId | None = None) -> None:
        """Have a space stop watching. Raises NotFound."""
        async with self._store.write() as repos:
            if not await repos.treasury.remove_watch(space.id, number):
                raise NotFound(Thing.WATCHED_TREASURY, str(number))
            now = self._clock.now()
            subjects, whose = [("watch", number)], space_fact(space)
            await repos.log.append(space.guild, Kind.UNWATCHED, at=now, by=by, facts=whose, subjects=subjects)
            await repos.commit()

    async def watches(self, space: Space) -> list[Watch]:
        """Return what a space watches, with the newest readings."""
        async with self._store.read() as repos:
            return await repos.treasury.watches(space.id)

    async def start_campaign(
        self,
        space: Space,
        author: MemberId,
        *,
        title: str,
        chain: ChainId,
        treasury: str,
        token: str | None,
        targets: Sequence[tuple[str, str]],
        channel: ChannelId,
        deadline: Timestamp | None,
    ) -> Campaign:
        """Start a campaign; `targets` are (name, amount as text). What the treasury holds already counts.

        Raises:
            InvalidInput: a field is wrong, there are too many, or the space is archived.
            ChainUnavailable: the token could not be looked at.

        """
        title = " ".join(title.split())
        if not 1 <= len(title) <= MAX_NAME:
            raise InvalidInput(Field.TITLE, WrongLength(len(title), 1, MAX_NAME))
        now = self._clock.now()
        if deadline is not None and deadline <= now:
            raise InvalidInput(Field.DEADLINE, GeneralFlaw.IN_THE_PAST)
        holding, described, reading = await self._look(chain, treasury, token)
        milestones = check_targets(
            tuple((name, parse_amount(amount, described.decimals, field=Field.TARGETS)) for name, amount in targets)
        )
        async with self._store.write() as repos:
            check_active(await repos.spaces.get(space.id))
            if len(await repos.treasury.campaigns(space.id)) >= MAX_CAMPAIGNS:
                raise InvalidInput(Field.CAMPAIGNS, TooManyCampaigns(MAX_CAMPAIGNS))
            campaign = await repos.treasury.add_campaign(
                Campaign(
                    id=CampaignId(0),
                    space=space.id,
                    guild=space.guild,
                    number=0,
                    title=title,
                    holding=holding,
                    symbol=described.symbol,
                    decimals=described.decimals,
                    milestones=milestones,
                    channel=channel,
                    author=author,
                    created_at=now,
                    deadline=deadline,
                )
            )
            await repos.treasury.record([reading])
            subjects, whose = [("campaign", campaign.number)], space_fact(space)
            await repos.log.append(space.guild, Kind.CAMPAIGN, at=now, by=author, facts=whose, subjects=subjects)
            await repos.commit()
        return campaign

    async def campaign(self, guild: GuildId, number: int) -> Campaign:
        """Return a guild's campaign, of whichever space, with its newest reading. Raises NotFound."""
        async with self._store.read() as repos:
            return await campaign_numbered(repos, guild, number)

    async def campaign_by_id(self, campaign: CampaignId) -> Campaign:
        """Return a campaign by its id. Raises NotFound."""
        async with self._store.read() as repos:
            found = await repos.treasury.campaign(campaign)
        if found is None:
            raise NotFound(Thing.CAMPAIGN, "")
        return found

    async def campaigns(self, space: Space) -> list[Campaign]:
        """Return a space's campaigns with their newest readings, oldest first."""
        async with self._store.read() as repos:
            return await repos.treasury.campaigns(space.id)

    async def observe(self) -> int:
        """Read every watched holding at one final block a chain; return how many milestones were reached.

        Of a campaign whose deadline is over it counts what was held by then, as a block shows that is final only later.
        Chains are read side by side. What cannot be read is left for the next run, and the moderators of its spaces are
        told once a day. Safe to run late, twice, or cut short.
        """
        async with self._store.read() as repos:
            holdings = await repos.treasury.holdings()
        troubles: dict[Holding, ChainUnavailable] = {}

        async def observe(of_chain: Sequence[Holding]) -> int:
            chain = of_chain[0].chain
            unread: Mapping[Holding, ChainUnavailable]
            try:
                readings, unread = await self._readings.read(chain, of_chain)
            except ChainUnavailable as error:
                readings, unread = [], dict.fromkeys(of_chain, error)
            if unread:
                _log.warning("%s treasuries on chain %s: %s", len(unread), chain, next(iter(unread.values())))
                troubles.update(unread)
            return await self._note(readings) if readings else 0

        by_chain = per_group(holdings, lambda holding: holding.chain, observe)
        reached, late = await gather_in_order([by_chain, self._deadlines.look()])
        await self._unread.tell(troubles)
        return reached + late

    async def _note(self, readings: Sequence[Reading]) -> int:
        by_holding = {reading.holding: reading for reading in readings}
        reached = 0
        async with self._store.write() as repos:
            await repos.treasury.record(readings)
            now = self._clock.now()
            for campaign in await repos.treasury.open_campaigns():
                if (reading := by_holding.get(campaign.holding)) is None:
                    continue
                reached += await note_reached(repos, campaign, reading, now)
            await repos.commit()
        return reached

    async def _look(self, chain: ChainId, holder: str, token: str | None) -> tuple[Holding, Token, Reading]:
        if chain not in self._chain.chains():
            raise InvalidInput(Field.CHAIN, ChainNotConfigured())
        holding = Holding(
            chain=chain,
            token=parse_address(token, field=Field.TOKEN, chain=chain) if token else None,
            holder=parse_address(holder, field=Field.TREASURY, chain=chain),
        )
        block = await self._chain.finalized(chain)
        described = await self._chain.token(chain, holding.token, block)
        (amount,) = await self._chain.balances([holding], {chain: block})
        if amount is None:
            raise InvalidInput(Field.TOKEN, TreasuryFlaw.TELLS_NO_BALANCE)
        return holding, described, Reading(holding=holding, amount=Units(amount), block=block)
