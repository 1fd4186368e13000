"""What went wrong, in words: what happened, and the next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import discord
from discord import app_commands

from bot.client.discord_client import SwitchedOff
from bot.client.response_attempts import LOST
from bot.domain.shared import errors as e
from bot.domain.shared.addresses import short
from bot.domain.shared.types import ChainId
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.invalid_input import input_refusal
from bot.presentation.refusals.kinds import not_allowed, not_configured, not_found, wrong_state
from bot.presentation.refusals.power import undefined_power, unknown_strategy
from bot.presentation.refusals.refusal import Refusal
from cogs._shared.formatting import age_words, amount, block_words, chain_name, listed, moment, quoted
from cogs.general.discord_error_messages import NO_ANSWER, of_discord
from cogs.power.zero_power_words import zero_lines
from cogs.wallets.signature_messages import rejected

_LINE = 10
"""Members of a circle that are named."""
_CHALLENGE = {
    "expired": "This sign-in text has expired: each is good until the time that it names.",
    "used": "This sign-in text was used already: each is good once.",
    "foreign": "This sign-in text was issued to somebody else, or in another server.",
}
_TICKET = {
    "expired": "This web address has expired: each is good for ten minutes, for a contract wallet's owners for longer.",
    "used": "This web address was used already: each is good once.",
    "unknown": "This web address was never given to anybody.",
}
_UNSURE = (
    "One provider alone says so, and no second one confirmed it, so it is read again whenever you vote: if it should "
    "be otherwise, vote again in a few minutes."
)
_FAULTS = {
    e.ChainFault.UNREACHABLE: "none of its endpoints answers",
    e.ChainFault.RATE_LIMITED: "its endpoints ask to slow down",
    e.ChainFault.UNAUTHORIZED: "its endpoints refuse the bot's key",
    e.ChainFault.NEEDS_ARCHIVE: "its endpoints don't keep blocks that old",
    e.ChainFault.LAGGING: "its endpoints lag behind",
    e.ChainFault.TOO_LARGE: "its endpoints refuse a question this large",
    e.ChainFault.WRONG_CHAIN: "an endpoint serves another chain",
    e.ChainFault.NO_FINALITY: "it names no final block",
    e.ChainFault.DISAGREEMENT: "its endpoints contradict each other",
    e.ChainFault.BAD_ANSWER: "its endpoints give unusable answers",
    e.ChainFault.NOT_CONFIGURED: "it is not configured here",
}

_STORAGE = {
    e.StorageFault.FULL: "its disk is full",
    e.StorageFault.READ_ONLY: "it may only be read",
    e.StorageFault.LOCKED: "another program keeps it locked",
    e.StorageFault.DAMAGED: "its file is damaged",
    e.StorageFault.UNREACHABLE: "its disk does not answer",
    e.StorageFault.REPLACED: "its file was taken away",
    e.StorageFault.TAKEN_OVER: "another copy of me has just taken over",
}


def words(error: BaseException, chains: Mapping[ChainId, str] | None = None) -> str | None:
    """Return what to tell the member, None for an error that nobody foresaw."""
    match error:
        case e.Refused():
            return _refused(error, chains or {})
        case e.Unavailable():
            return _unavailable(error, chains or {})
        case SwitchedOff() | app_commands.AppCommandError() | discord.DiscordException():
            return of_discord(error)
        case _ if isinstance(error, LOST):
            return NO_ANSWER
        case _:
            return None


def _unavailable(  # noqa: PLR0911 - one a kind
    error: e.Unavailable, chains: Mapping[ChainId, str]
) -> str | None:
    match error:
        case e.ChainUnavailable(chain=chain, fault=fault):
            return (
                f"{chain_name(chain, chains)} could not be read just now: {_FAULTS[fault]}. "
                "Nothing was changed. Try again in a minute; if it lasts, tell a moderator."
            )
        case e.UnfitBlock():
            return _unfit(error, chains)
        case e.PowerUnknown(addresses=addresses):
            whose = listed([short(a) for a in addresses[:3]]) or "a wallet that counts here"
            return (
                f"The voting power of {whose}"
                f"{' and others' if len(addresses) > 3 else ''} is unknown just now: a contract did not answer. "  # noqa: PLR2004 - a line's width
                "Unknown is not zero, so nothing was changed. Try again in a minute; /power shows every part."
            )
        case e.StorageUnavailable(fault=e.StorageFault.IN_DOUBT):
            return (
                "My database did not say whether it stored this: it may be recorded, or not. My operator has been "
                "told. Next: look whether it is there (a vote with /vote receipt); if not, do it again."
            )
        case e.StorageUnavailable(fault=fault):
            return (
                f"I can't use my database just now: {_STORAGE[fault]}. Nothing was recorded. My operator has been "
                "told. Next: try again in a few minutes; doing it twice does no harm. If it lasts, tell a moderator."
            )
        case e.RolesUnknown(number=number):
            return (
                f"Only some roles vote on proposal #{number}, and Discord does not say just now which you have. "
                "Nothing was recorded. Try again in a minute."
            )
        case e.ClocksDiffer():
            return _clocks_differ(error)
        case _:
            return None


def _unfit(error: e.UnfitBlock, chains: Mapping[ChainId, str]) -> str:
    block = error.block
    which = f"The newest final block of {chain_name(block.chain, chains)}, {block.number:,},"
    if error.age < 0:
        return (
            f"{which} is {age_words(-error.age)} ahead of my clock, so an endpoint or the clock is wrong. Nothing was "
            "submitted. Next: try again in a few minutes; if it lasts, tell a moderator."
        )
    most = age_words(error.most)
    return (
        f"{which} is {age_words(error.age)} old ({moment(block.timestamp)}). For a vote at most {most} are allowed, "
        "because it counts holdings as they were then. Nothing was submitted. Next: try again later; if it lasts, tell "
        "a moderator. The bot's operator sees why with folkmoot check, and sets max_final_age for a chain that is "
        "final only after hours."
    )


def _refused(error: e.Refused, chains: Mapping[ChainId, str]) -> str | None:  # noqa: PLR0911, PLR0912, C901 - one a class
    match error:
        case e.InvalidInput():
            return _with_step(input_refusal(error, quoted))
        case e.NotFound():
            return not_found(error, quoted)
        case e.NotAllowed():
            return not_allowed(error)
        case e.NotConfigured():
            return not_configured(error)
        case e.CannotPropose():
            return _cannot_propose(error, chains)
        case e.NoWallet():
            return (
                "You have linked no wallet here, so there is no voting power to count. "
                "Next: /wallet link; it takes a minute, costs nothing and moves nothing."
            )
        case e.NoPower(symbol=symbol, block=block, why=why, powers=powers):
            head = (
                f"You have no voting power in {quoted(symbol)} at {block_words(block, chains)} "
                f"(<t:{block.timestamp}:D>). Nothing was recorded."
            )
            way_on = (
                "What changed later doesn't count for this vote. Next: /power shows every part; "
                "/wallet link adds another wallet."
            )
            unsure = [_UNSURE] if any(not power.confirmed for power in powers) else []
            return "\n".join([head, *unsure, *zero_lines(why), way_on])
        case e.Recused(number=number):
            return (
                f"You are recused from proposal #{number}, so no vote of yours counts there. Nothing was recorded. "
                f"Next: /proposal view {number} shows who takes no part."
            )
        case e.NoVoter(number=number, roles=roles):
            who = listed([f"<@&{role}>" for role in roles], "or")
            return (
                f"On proposal #{number} only members with {who} vote, and you have no such role. Nothing was recorded. "
                "Next: ask whoever gives it; you can vote once you have it, until the vote ends."
            )
        case e.NotVoting():
            return _not_voting(error)
        case e.SignatureNeeded(number=number):
            return (
                f"Ballots on #{number} are signed by the wallets, and nothing was recorded. "
                f"Next: press your choice on its card again, or /vote sign {number}, for the page where you sign."
            )
        case e.NotCounted():
            return _not_counted(error)
        case e.WrongState():
            return wrong_state(error)
        case e.TextChanged(number=number):
            return (
                f"The text of proposal #{number} was changed while you wrote, so yours was not stored over it. "
                f"Next: read it with /proposal view {number}, and change it again."
            )
        case e.WalletTaken(address=address):
            return (
                f"{short(address)} is linked to another member of this server. You have proved that it is yours, so it "
                "can move to you; nothing was changed yet. Next: confirm the move."
            )
        case e.ChallengeUnusable(reason=reason):
            return f"{_CHALLENGE[reason]} Next: /wallet link gives you a fresh one."
        case e.TicketUnusable(reason=reason):
            return f"{_TICKET[reason]} Next: ask for a fresh one with the command that gave you this one."
        case e.SignatureRejected():
            return rejected(error)
        case e.DelegationCircle(through=(), apart=True):
            return (
                "That would close a circle in which each waits for the next, with members who delegate in another "
                "space of this server; who they are is not told here. Nothing was changed. Next: choose another "
                "member, or one space with the option `space`."
            )
        case e.DelegationCircle(through=()):
            return (
                "That would close a circle in which each waits for the next, with members who delegate in another "
                "server; who they are is not told here. Nothing was changed. Next: choose another member, or, if you "
                "asked for every server, `space: this server`."
            )
        case e.DelegationCircle(through=through):
            return (
                f"{_line(through)}, so that would be a circle in which each waits for the next. Nothing was changed. "
                "Next: choose another member, or ask one of them to use /delegate clear."
            )
        case e.UnknownStrategy():
            return _with_step(unknown_strategy(error, quoted))
        case e.PowerUndefined():
            what = undefined_power(error, short(error.address), quoted)
            return _(
                "{what} Nothing was changed. Next: tell a moderator, who corrects it with /config strategies.",
                what=what,
            )
        case _:
            return None


def _with_step(refusal: Refusal) -> str:
    return _("{what} Next: {step}", what=refusal.what, step=refusal.step)


def _line(through: Sequence[int]) -> str:
    """Write who delegates to whom, the last one to the member who is told."""
    members = [f"<@{member}>" for member in through]
    steps = [f"{one} to {other}" for one, other in pairwise(members)]
    if len(steps) > _LINE:
        steps = [*steps[:_LINE], "and so on"]
    first, *rest = [*steps, f"{members[-1]} to you"]
    return ", ".join([first.replace(" to ", " delegates to ", 1), *rest])


def _cannot_propose(error: e.CannotPropose, chains: Mapping[ChainId, str]) -> str:
    ways = [f"the role <@&{role}>" for role in error.roles]
    if error.needed is not None:
        ways.append(f"at least {amount(error.needed, error.decimals, error.symbol)} of voting power")
    if not ways:
        return "Nobody may submit proposals here yet. Your draft is kept. Next: a moderator uses /config proposers."
    text = f"Submitting takes {listed(ways, 'or')}."
    if error.needed is not None and error.block is not None:
        held = amount(error.held, error.decimals, error.symbol)
        text += f" Your voting power is {held} at {block_words(error.block, chains)}."
    return f"{text} Your draft is kept. Next: /power shows your power, /wallet link adds a wallet."


def _not_voting(error: e.NotVoting) -> str:
    head = f"Proposal #{error.number}"
    see = f"Next: /proposal view {error.number}"
    if error.state == "pending" and error.start is not None:
        return (
            f"{head} can't be voted on yet: voting opens {moment(error.start)}. Nothing was recorded. {see} shows it."
        )
    if error.state == "withdrawn":
        return f"{head} was taken back, so it takes no more votes. Nothing was recorded. {see} says by whom and why."
    if error.end is not None:
        return (
            f"Voting on proposal #{error.number} ended {moment(error.end)}, so this press was not recorded; "
            f"an earlier vote of yours still counts. {see} shows the outcome."
        )
    return f"{head} is {error.state}, so it takes no votes. Nothing was recorded. {see} shows it."


def _clocks_differ(error: e.ClocksDiffer) -> str:
    clocks = [f"the bot's machine says {_clock(error.host)}"]
    clocks += [f"Discord {_clock(error.said)}"] if error.said is not None else []
    clocks += [f"the newest block of the chain {_clock(error.head)}"] if error.head is not None else []
    return (
        f"It can't be told for certain whether voting on #{error.number} is open: {listed(clocks)}. Nothing was "
        "recorded; an earlier vote of yours still counts. Next: try again in a minute; if it lasts, tell a moderator."
    )


def _clock(at: int) -> str:
    return f"<t:{at}:T>"


def _not_counted(error: e.NotCounted) -> str:
    if error.state == "withdrawn" or error.end is None:
        return f"Proposal #{error.number} was withdrawn, so it has no result. Next: /results without a number."
    return (
        f"Proposal #{error.number} is not counted yet, and nothing of how members vote is handed out before. Voting "
        f"ends {moment(error.end)}; it is counted a minute later. Next: come back then."
    )
