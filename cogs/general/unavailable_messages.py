"""What could not be found out now, in words: what happened, and the next step."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.shared import errors as e
from bot.domain.shared.addresses import short
from bot.domain.shared.types import ChainId
from bot.presentation.catalogue.messages import N_, whole
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import series
from cogs._shared.formatting import age_words, chain_name, moment

_NAMED = 3
"""Wallets that are named."""
FAULTS = {
    e.ChainFault.UNREACHABLE: N_("none of its endpoints answers"),
    e.ChainFault.RATE_LIMITED: N_("its endpoints ask to slow down"),
    e.ChainFault.UNAUTHORIZED: N_("its endpoints refuse the bot's key"),
    e.ChainFault.NEEDS_ARCHIVE: N_("its endpoints don't keep blocks that old"),
    e.ChainFault.LAGGING: N_("its endpoints lag behind"),
    e.ChainFault.TOO_LARGE: N_("its endpoints refuse a question this large"),
    e.ChainFault.WRONG_CHAIN: N_("an endpoint serves another chain"),
    e.ChainFault.NO_FINALITY: N_("it names no final block"),
    e.ChainFault.DISAGREEMENT: N_("its endpoints contradict each other"),
    e.ChainFault.BAD_ANSWER: N_("its endpoints give unusable answers"),
    e.ChainFault.NOT_CONFIGURED: N_("it is not configured here"),
}
STORAGE = {
    e.StorageFault.FULL: N_("its disk is full"),
    e.StorageFault.READ_ONLY: N_("it may only be read"),
    e.StorageFault.LOCKED: N_("another program keeps it locked"),
    e.StorageFault.DAMAGED: N_("its file is damaged"),
    e.StorageFault.UNREACHABLE: N_("its disk does not answer"),
    e.StorageFault.REPLACED: N_("its file was taken away"),
    e.StorageFault.TAKEN_OVER: N_("another copy of me has just taken over"),
}


def unavailable(error: e.Unavailable, chains: Mapping[ChainId, str]) -> str | None:  # noqa: PLR0911 - one a kind
    """Return what to tell the member, None for an error that nobody foresaw."""
    match error:
        case e.ChainUnavailable(chain=chain, fault=fault):
            return _(
                "{chain} could not be read just now: {why}. Nothing was changed. Try again in a minute; if it lasts, "
                "tell a moderator.",
                chain=chain_name(chain, chains),
                why=_(FAULTS[fault]),
            )
        case e.UnfitBlock():
            return _unfit(error, chains)
        case e.PowerUnknown(addresses=addresses):
            return _(
                "The voting power of {wallets} is unknown just now: a contract did not answer. Unknown is not zero, so "
                "nothing was changed. Try again in a minute; /power shows every part.",
                wallets=_wallets([short(address) for address in addresses]),
            )
        case e.StorageUnavailable(fault=e.StorageFault.IN_DOUBT):
            return _(
                "My database did not say whether it stored this: it may be recorded, or not. My operator has been "
                "told. Next: look whether it is there (a vote with /vote receipt); if not, do it again."
            )
        case e.StorageUnavailable(fault=fault):
            return _(
                "I can't use my database just now: {why}. Nothing was recorded. My operator has been told. Next: try "
                "again in a few minutes; doing it twice does no harm. If it lasts, tell a moderator.",
                why=_(STORAGE[fault]),
            )
        case e.RolesUnknown(number=number):
            return _(
                "Only some roles vote on proposal #{number}, and Discord does not say just now which you have. Nothing "
                "was recorded. Try again in a minute.",
                number=number,
            )
        case e.ClocksDiffer():
            return _clocks_differ(error)
        case _:
            return None


def _wallets(named: list[str]) -> str:
    if not named:
        return _("a wallet that counts here")
    if len(named) > _NAMED:
        return _("{wallets} and others", wallets=series(named[:_NAMED], "and"))
    return series(named, "and")


def _unfit(error: e.UnfitBlock, chains: Mapping[ChainId, str]) -> str:
    block = error.block
    which = {"chain": chain_name(block.chain, chains), "block": whole(block.number)}
    if error.age < 0:
        return _(
            "The newest final block of {chain}, {block}, is {age} ahead of my clock, so an endpoint or the clock is "
            "wrong. Nothing was submitted. Next: try again in a few minutes; if it lasts, tell a moderator.",
            **which,
            age=age_words(-error.age),
        )
    return _(
        "The newest final block of {chain}, {block}, is {age} old ({moment}). For a vote at most {most} are allowed, "
        "because it counts holdings as they were then. Nothing was submitted. Next: try again later; if it lasts, tell "
        "a moderator. The bot's operator sees why with folkmoot check, and sets {setting} for a chain that is final "
        "only after hours.",
        **which,
        age=age_words(error.age),
        moment=moment(block.timestamp),
        most=age_words(error.most),
        setting="max_final_age",
    )


def _clocks_differ(error: e.ClocksDiffer) -> str:
    clocks = [_("the bot's machine says {clock}", clock=_clock(error.host))]
    clocks += [_("Discord {clock}", clock=_clock(error.said))] if error.said is not None else []
    clocks += [_("the newest block of the chain {clock}", clock=_clock(error.head))] if error.head is not None else []
    return _(
        "It can't be told for certain whether voting on #{number} is open: {clocks}. Nothing was recorded; an earlier "
        "vote of yours still counts. Next: try again in a minute; if it lasts, tell a moderator.",
        number=error.number,
        clocks=series(clocks, "and"),
    )


def _clock(at: int) -> str:
    return f"<t:{at}:T>"
