"""What authors and moderators do to a vote that runs."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.domain.proposals.proposal import Text
from bot.domain.shared.types import MemberId, ProposalId
from bot.services.proposals.text_revisions import mark_of
from tests.builders import GUILD
from tests.model.acts_votes import has
from tests.model.book import Vote
from tests.model.counting import LABELS
from tests.model.machine import MEMBERS, Story, members, numbers
from tests.model.town import attempt
from tests.presence import present


class Meddling(Story):
    """Recusing, taking back, changing what it says."""

    @has("pending", "voting", "closing", "closed")
    @rule(number=numbers, member=members, by=members, moderator=st.booleans())
    def take_out(self, number: int, member: int, by: int, moderator: bool) -> None:
        vote = self.vote_of(["pending", "voting"] if number % 4 else ["closing", "closed"], number)
        if vote is not None and number % 2:
            self.run(self.recuse(vote, member, member if number % 3 else by, moderator=moderator))

    @has("pending", "voting")
    @rule(number=numbers, member=members, how=st.integers(0, 9), seed=numbers)
    def meddle(self, number: int, member: int, how: int, seed: int) -> None:
        """Take it back, as its author or a moderator, or change what it says."""
        vote = present(self.vote_of(["pending", "voting"], number))
        if how > 4:
            self.run(self._edit(vote, seed))
        else:
            self.run(self._take_back(vote, member if how else None))

    async def _take_back(self, vote: Vote, member: int | None) -> None:
        """Take a vote back; None is a moderator."""
        app = self.town.app
        if member is None:
            _, done = await self.both(
                lambda: app.withdrawals.delete(GUILD, vote.number, "spam", moderator=True, by=MemberId(MEMBERS[0])),
                lambda book: book.delete(book.votes[vote.id]),
            )
        else:
            _, done = await self.both(
                lambda: app.withdrawals.withdraw(GUILD, vote.number, MemberId(member)),
                lambda book: book.withdraw(book.votes[vote.id], member),
            )
        if done:
            self.expected[f"proposal/{vote.id}/withdrawn"] = None

    async def _edit(self, vote: Vote, seed: int) -> None:
        app = self.town.app
        found = await app.cards.stored(ProposalId(vote.id))
        text = Text(title=f"A study {seed}", summary="", body="We fund it.")
        _, error = await attempt(
            lambda: app.text_revisions.edit(
                GUILD, vote.number, MemberId(vote.author), text, LABELS[: vote.choices], seen=mark_of(found)
            )
        )
        begun = vote.opened or vote.start <= self.book.now  # one may be open a second before its start
        if begun or vote.state(self.book.now) != "pending":
            assert error == "WrongState"
        elif error:
            assert error == "InvalidInput"
            assert vote.versions >= 25
        elif text != found.text:
            vote.versions += 1
            self.expected[f"proposal/{vote.id}/text/{vote.versions}"] = None
