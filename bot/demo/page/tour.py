"""A guided tour: a message of the demo itself, whose steps are ticked off as they are done."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.demo.chain.dao_contracts import DECIMALS
from bot.demo.people import MARA, NOOR, SYMBOL
from bot.domain.shared.types import GuildId
from bot.domain.spaces.space import Space

if TYPE_CHECKING:
    from bot.demo.stage import Stage

AUTHOR = "Tour of the demo"
"""Who writes the message: nobody of the DAO, and not the bot."""
_OPEN, _DONE = "☐", "☑"
_LINK = "Type `/wallet link`, press *Open my page*, and sign there with the *Demo wallet*."
_TIME = "Type `/demo pass` with `3` days: voting ends, and the result appears."


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is stored of the server at a moment: the rules of its space, and how many there are of each thing."""

    space: Space
    wallets: int
    submitted: int
    ballots: int
    milestones: int
    results: int


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, and how to see in what was stored at first and is now that it is done."""

    words: str
    done: Callable[[Seen, Seen], bool]


class Tour:
    """The tour's message in the channel of proposals. `more` is said below the steps.

    `message` is what was posted, None before.
    """

    def __init__(self, stage: Stage, head: str, steps: Sequence[Step], more: str = "") -> None:
        self._stage, self._head, self._steps, self._more = stage, head, steps, more
        self._first: Seen | None = None
        self._done: set[int] = set()
        self.message: Any = None

    async def post(self) -> None:
        """Post the message. From now on `look` ticks off what is done."""
        self._first = await seen(self._stage)
        author = self._stage.guild.add_member(self._stage.env.create_user("tour", global_name=AUTHOR, bot=True))
        self.message = await author.send(self._stage.channels["proposals"], self.text())

    async def look(self) -> None:
        """Tick off what has been done. May be called by the bot itself."""
        if self._first is None or self.message is None:
            return
        now = await seen(self._stage)
        done = {number for number, step in enumerate(self._steps) if step.done(self._first, now)} | self._done
        if done != self._done:
            self._done = done
            channel = self._stage.channels["proposals"].id
            self._stage.env.backend.edit_message(channel, self.message.id, {"content": self.text()})

    def text(self) -> str:
        """Return the message: the head, and each step with what is done."""
        lines = [self._head]
        for number, step in enumerate(self._steps):
            sign, word = (_DONE, f"{number + 1}. Done:") if number in self._done else (_OPEN, f"{number + 1}.")
            lines.append(f"{sign} **{word}** {step.words}")
        return "\n".join([*lines, *([self._more] if self._more else [])])


async def seen(stage: Stage) -> Seen:
    """Return what is stored of the stage's server now."""
    guild = GuildId(stage.guild.id)
    space = await stage.app.spaces.main(guild)
    campaigns = await stage.app.treasury.campaigns(space)
    async with stage.app.store.read() as repos:
        proposals = await repos.proposals.of(guild)
        ballots = [len(await repos.ballots.in_force(proposal.id)) for proposal in proposals]
        wallets = len(await repos.wallets.of_guild(guild))
    return Seen(
        space=space,
        wallets=wallets,
        submitted=sum(proposal.submitted_at is not None for proposal in proposals),
        ballots=sum(ballots),
        milestones=sum(one.reached_at is not None for campaign in campaigns for one in campaign.milestones),
        results=sum(proposal.result is not None for proposal in proposals),
    )


def tour_of_the_dao(stage: Stage, other_server: str | None) -> Tour:
    """Return the tour of a member who is new. `other_server` is the address of a server to set up, if one is served."""
    head = (
        f"**A tour of this demo**, written by the demo; the bot is Folkmoot. You are {NOOR.display}. "
        "*Viewing as*, at the top, makes you somebody else."
    )
    steps = (
        Step(_LINK, lambda first, now: now.wallets > first.wallets),
        Step("Press **For** on the vote above.", lambda first, now: now.ballots > first.ballots),
        Step(
            "Type `/demo donate` with amount `15k`, and hear of a milestone.",
            lambda first, now: now.milestones > first.milestones,
        ),
        Step(_TIME, lambda first, now: now.results > first.results),
    )
    more = f"Or set up a server of your own, from nothing to its first vote: <{other_server}>" if other_server else ""
    return Tour(stage, head, steps, more)


def tour_of_setting_up(stage: Stage) -> Tour:
    """Return the tour of a moderator in a server in which nothing is set yet."""
    head = (
        "**Set this server up, from nothing to its first vote.** The demo wrote this; the bot is Folkmoot. "
        f"You are {MARA.display}, who may manage the server."
    )
    token = {"address": stage.ledger.token, "symbol": SYMBOL, "decimals": DECIMALS}
    strategies = json.dumps([{"name": "erc20-balance-of", "network": str(stage.ledger.evm.chain_id), "params": token}])
    steps = (
        Step(
            "The channel: type `/config channels` with proposals `governance`.",
            lambda _first, now: now.space.proposals_channel is not None,
        ),
        Step(
            f"What gives voting power: type `/config strategies` and paste the token {SYMBOL} into its form:\n"
            f"```json\n{strategies}\n```",
            lambda _first, now: bool(now.space.strategies),
        ),
        Step(
            "Who may propose: type `/config proposers` with minimum `1,000`.",
            lambda _first, now: now.space.proposer_power is not None or bool(now.space.proposer_roles),
        ),
        Step(_LINK, lambda first, now: now.wallets > first.wallets),
        Step(
            "Type `/proposal new`, fill in its form, and press *Submit*.",
            lambda first, now: now.submitted > first.submitted,
        ),
        Step("Press **For** on its card.", lambda first, now: now.ballots > first.ballots),
        Step(_TIME, lambda first, now: now.results > first.results),
    )
    return Tour(stage, head, steps)
