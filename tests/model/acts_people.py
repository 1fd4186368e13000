"""What members do besides voting, and what moderators settle for votes to come."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.domain.shared.types import Address, MemberId, Timestamp
from bot.domain.voting.system_registry import VotingType
from tests.builders import GUILD
from tests.model.book import MemberDelegation
from tests.model.machine import STRATEGIES, UNAVAILABLE, Story, members, numbers, roll, wallets
from tests.model.rules import SYSTEMS
from tests.model.town import attempt

topics = st.one_of(st.none(), st.sampled_from(SYSTEMS))
lasting = st.sampled_from([None, None, 100, 500])


class People(Story):
    """Links, delegations, tokens, rules, and being forgotten."""

    @rule(member=members, wallet=wallets, number=numbers)
    def change_hands(self, member: int, wallet: Address, number: int) -> None:
        """Link a wallet, take it over from whoever has it, or (one time in four) take a link away."""
        if number % 4 == 0:
            mine = self.book.of(member) or [wallet]
            wallet = mine[number % len(mine)]
            self.run(
                self.both(
                    lambda: self.town.app.wallets.unlink(GUILD, MemberId(member), wallet),
                    lambda book: book.unlink(member, wallet),
                )
            )
        else:
            self.run(self.link(member, wallet))

    @rule(giver=members, taker=members, topic=topics, lasting=lasting, everywhere=st.booleans(), number=numbers)
    def member_delegation(
        self, giver: int, taker: int, topic: VotingType | None, lasting: int | None, everywhere: bool, number: int
    ) -> None:
        """Let another member vote, or (one time in four) nobody any more."""
        member_delegations = self.town.app.member_delegations
        if number % 4 == 0:
            scope = everywhere if number % 8 else None
            act = self.both(
                lambda: member_delegations.take_back(GUILD, MemberId(giver), topic, everywhere=scope),
                lambda book: book.take_back(giver, topic, everywhere=scope),
            )
        else:
            until = None if lasting is None else Timestamp(self.book.now + lasting)
            new = MemberDelegation(giver, taker, topic, until, everywhere)
            act = self.both(
                lambda: member_delegations.give(
                    GUILD, MemberId(giver), MemberId(taker), topic=topic, until=until, everywhere=everywhere
                ),
                lambda book: book.give(new, SYSTEMS),
            )
        self.run(act)

    @rule(giver=wallets, taker=wallets, seed=numbers)
    def tokens(self, giver: Address, taker: Address, seed: int) -> None:
        self.stir(giver, taker, roll(seed))

    @rule(seed=numbers, voting=topics)
    def settle(self, seed: int, voting: VotingType | None) -> None:
        """Change rules, strategies, or whether members may delegate; what runs goes on as it was."""
        dice = roll(seed)
        self.run(self._settle_power(dice) if dice.random() < 0.3 else self._settle_rules(dice, voting))

    async def _settle_power(self, dice: Random) -> None:
        spaces = self.town.app.spaces
        self.delegation = dice.random() < 0.7
        await spaces.switch_cog(GUILD, "delegation", on=self.delegation)
        strategies = dice.choice(STRATEGIES)
        _, error = await attempt(lambda: spaces.set_strategies(GUILD, self.town.ground.strategies(strategies)))
        assert error in ("", "InvalidInput", *(UNAVAILABLE if self.town.ground.spoiled else ()))
        if not error:
            self.strategies = tuple(strategies)

    @precondition(lambda self: len(self.book.votes) > 1)
    @rule(member=members, number=st.integers(0, 3))
    def forget(self, member: int, number: int) -> None:
        if number:
            return

        async def act() -> None:
            privacy = self.town.app.privacy
            seen = await privacy.preview(GUILD, MemberId(member))
            forgotten = await privacy.forget(GUILD, MemberId(member), seen.agreed)
            assert forgotten is not None
            said = {key for key, _ in self.town.voice.posts}
            self.forgotten |= {key for key, who in self.expected.items() if who == member and key not in said}
            self.book.forget(member)

        self.run(act())
