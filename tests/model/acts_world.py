"""What happens by itself: time, jobs, faults, restarts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address, MemberId, ProposalId
from tests.builders import GUILD
from tests.model.checks import check_log_of, check_untold
from tests.model.machine import GRACE, Story, numbers, twice, wallets
from tests.model.town import attempt
from tests.presence import present


class World(Story):
    """The moving clock and everything that runs on it."""

    @rule(seconds=st.sampled_from([1, 1, 5, 30, 59, 120, 299, 1_000]))
    def wait(self, seconds: int) -> None:
        self.dirty = True
        self.move_clock(seconds)

    @precondition(lambda self: self.vote_of(["voting", "closing"], 0) is not None)
    @rule(number=numbers, late=st.sampled_from([-GRACE, -1, 0, 0, 400, 90_000]))
    def let_end(self, number: int, late: int) -> None:
        """Move to the end of a vote and its grace, and count what is due."""
        vote = present(self.vote_of(["voting", "closing"], number))
        self.move_clock(max(0, vote.end + GRACE + late - self.book.now))
        self.run(self.close_due())

    @rule(job=st.sampled_from(["open", "close", "send", "audit", "forget", "cards", "restart"]), double=st.booleans())
    def work(self, job: str, double: bool) -> None:
        """Run a job, perhaps twice at once; or close the bot and open it again."""
        app, voice = self.town.app, self.town.voice
        jobs: dict[str, Callable[[], Awaitable[object]]] = {
            "open": app.lifecycle.open_due,
            "close": app.lifecycle.close_due,
            "send": lambda: app.outbox.send_due(voice),
            "audit": app.audit.post_heads,
            "forget": app.retention.remove_expired,
            "cards": app.store.checkpoint,
            "restart": self.town.restart,
        }

        async def act() -> None:
            await (twice(jobs[job]) if double and job not in ("send", "restart") else jobs[job]())
            match job:
                case "open":
                    self.book_opened()
                case "close":
                    await self.book_closed()
                case "restart":
                    await check_log_of(self.town)
                    await check_untold(self.town, self.book)

        self.run(act())

    @rule(
        fault=st.sampled_from(["down", "alone", "silent", "silent", "mood", "mood", "well", "well", "well"]),
        wallet=wallets,
        mood=st.lists(st.sampled_from(["failed", "lost", "refused", ""]), max_size=3),
    )
    def spoil(self, fault: str, wallet: Address, mood: list[str]) -> None:
        """Spoil the chain or Discord, or make them well again."""
        ground = self.town.ground
        match fault:
            case "down":
                ground.down = ChainFault.UNREACHABLE
            case "alone":
                ground.alone = True
            case "silent":
                ground.silent.add(wallet)
            case "mood":
                self.town.voice.mood, self.town.voice.awake = mood, len(mood) != 1
            case _:
                ground.heal()
                self.town.voice.awake = True

    @precondition(lambda self: self.vote_of(["voting"], 0) is not None)
    @rule(number=numbers)
    def give_a_reason(self, number: int) -> None:
        """Say why; where votes are hidden nobody may."""
        vote = present(self.vote_of(["voting"], number))
        if vote.settled.shown == "tally" or not vote.ballots:
            return
        member = next(iter(vote.ballots.values())).member

        async def act() -> None:
            _, error = await attempt(
                lambda: self.town.app.reasons.give(GUILD, ProposalId(vote.id), MemberId(member), "because")
            )
            assert error in ("InvalidInput", "Recused")

        self.run(act())
