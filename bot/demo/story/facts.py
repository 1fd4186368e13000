"""Reads what is stored and what the contracts say, so that the story can check what members are told."""

from __future__ import annotations

import re
from contextlib import closing
from sqlite3 import connect
from typing import Any

from bot.demo.chain.dao_contracts import DECIMALS
from bot.demo.people import Person
from bot.demo.stage import Stage
from bot.demo.story.message_texts import said
from bot.domain.proposals.proposal import Proposal, State
from bot.domain.shared.amounts import exact
from bot.domain.shared.types import Address, Block, GuildId, MemberId, Units
from bot.domain.voting.ballot import Ballot


class Facts:
    """Reads the database and the chain. Without a number, a proposal is the DAO's first."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def tells(self, answer: Any, power: Units) -> bool:  # noqa: ANN401 - simcord's
        """Return whether an answer contains this power exactly; `power` is in base units."""
        return re.search(rf"(?<![\d,.]){re.escape(exact(power, DECIMALS))}(?![\d,]|\.\d)", said(answer)) is not None

    def balance(self, token: Address, person: Person, block: int) -> Units:
        """Return a person's balance in base units at a block, as the contract says."""
        return Units(self.stage.ledger.evm.call(token, "balanceOf", person.wallet, at=block))

    async def power_at_snapshot(self, person: Person) -> Units:
        """Return the sum of a person's balances, in base units, at the first proposal's snapshot block."""
        block = self.snapshot(await self.proposal()).number
        tokens = (self.stage.ledger.token, self.stage.ledger.vesting)
        return Units(sum(self.balance(token, person, block) for token in tokens))

    def snapshot(self, proposal: Proposal) -> Block:
        """Return the block at which a proposal's power is read. Raises LookupError for a draft."""
        if proposal.terms is None:
            raise LookupError("a draft has no snapshot")
        return next(iter(proposal.terms.snapshot.values()))

    def everything_said(self) -> list[int]:
        """Return the ids of all messages in all channels."""
        return [m.id for channel in self.stage.channels.values() for m in channel.history()]

    @property
    def guild(self) -> GuildId:
        """The DAO's guild."""
        return GuildId(self.stage.guild.id)

    async def proposal(self, number: int = 1) -> Proposal:
        """Return a proposal, as stored. Raises LookupError if there is none of that number."""
        async with self.stage.app.store.read() as repos:
            found = await repos.proposals.numbered(self.guild, number)
        if found is None:
            raise LookupError("the proposal is not stored")
        return found

    async def state(self) -> State:
        """Return the state of the first proposal now."""
        return (await self.proposal()).state(self.stage.clock.now())

    async def ballots(self, number: int = 1) -> list[Ballot]:
        """Return the ballots of a proposal that count."""
        proposal = await self.proposal(number)
        async with self.stage.app.store.read() as repos:
            return await repos.ballots.in_force(proposal.id)

    def stands_in_database(self, person: Person) -> bool:
        """Return whether somebody's Discord id is in any table of the database."""
        wanted = str(self.stage.member(person).id)
        with closing(connect(self.stage.database)) as database:
            return any(wanted in line for line in database.iterdump())

    async def wallets(self, person: Person) -> list[str]:
        """Return the addresses that somebody has linked."""
        member = MemberId(self.stage.member(person).id)
        return [wallet.address for wallet in await self.stage.app.wallets.of(self.guild, member)]
