"""What went wrong, in words: what happened, and the next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import discord
from discord import app_commands

from bot.client.discord_client import SwitchedOff
from bot.client.lost_responses import LOST
from bot.domain.shared import errors as e
from bot.domain.shared.addresses import short
from bot.domain.shared.types import ChainId
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.invalid_input import input_refusal
from bot.presentation.refusals.kinds import not_allowed, not_configured, not_found, wrong_state
from bot.presentation.refusals.power import undefined_power, unknown_strategy
from bot.presentation.refusals.refusal import Refusal, series
from cogs._shared.formatting import quoted
from cogs.general.discord_error_messages import no_answer, of_discord
from cogs.general.unavailable_messages import unavailable
from cogs.general.vote_messages import cannot_propose, no_power, no_result_yet, not_voting
from cogs.wallets.signature_messages import rejected

_LINE = 10
"""Members of a circle that are named."""
_CHALLENGE = {
    "expired": N_("This sign-in text has expired: each is good until the time that it names."),
    "used": N_("This sign-in text was used already: each is good once."),
    "foreign": N_("This sign-in text was issued to somebody else, or in another server."),
}
_TICKET = {
    "expired": N_(
        "This web address has expired: each is good for ten minutes, for a contract wallet's owners for longer."
    ),
    "used": N_("This web address was used already: each is good once."),
    "unknown": N_("This web address was never given to anybody."),
}


def words(error: BaseException, chains: Mapping[ChainId, str] | None = None) -> str | None:
    """Return what to tell the member, None for an error that nobody foresaw."""
    match error:
        case e.Refused():
            return _refused(error, chains or {})
        case e.Unavailable():
            return unavailable(error, chains or {})
        case SwitchedOff() | app_commands.AppCommandError() | discord.DiscordException():
            return of_discord(error)
        case _ if isinstance(error, LOST):
            return no_answer()
        case _:
            return None


def _refused(error: e.Refused, chains: Mapping[ChainId, str]) -> str | None:  # noqa: PLR0911, PLR0912, C901 - one a class
    match error:
        case e.InvalidInput():
            lines = [_with_step(input_refusal(one, quoted)) for one in error.every]
            return lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
        case e.NotFound():
            return not_found(error, quoted)
        case e.NotAllowed():
            return not_allowed(error)
        case e.NotConfigured():
            return not_configured(error)
        case e.CannotPropose():
            return cannot_propose(error, chains)
        case e.NoWallet():
            return _(
                "You have linked no wallet here, so there is no voting power to count. Next: /wallet link; it takes a "
                "minute, costs nothing and moves nothing."
            )
        case e.NoPower():
            return no_power(error, chains)
        case e.Recused(number=number):
            return _(
                "You are recused from proposal #{number}, so no vote of yours counts there. Nothing was recorded. "
                "Next: /proposal view {number} shows who takes no part.",
                number=number,
            )
        case e.NoVoter(number=number, roles=roles):
            return _(
                "On proposal #{number} only members with {roles} vote, and you have no such role. Nothing was "
                "recorded. Next: ask whoever gives it; you can vote once you have it, until the vote ends.",
                number=number,
                roles=series([f"<@&{role}>" for role in roles], "or"),
            )
        case e.NotVoting():
            return not_voting(error)
        case e.SignatureNeeded(number=number):
            return _(
                "Ballots on #{number} are signed by the wallets, and nothing was recorded. Next: press your choice on "
                "its card again, or /vote sign {number}, for the page where you sign.",
                number=number,
            )
        case e.NotCounted():
            return no_result_yet(error)
        case e.WrongState():
            return wrong_state(error)
        case e.TextChanged(number=number):
            return _(
                "The text of proposal #{number} was changed while you wrote, so yours was not stored over it. Next: "
                "read it with /proposal view {number}, and change it again.",
                number=number,
            )
        case e.WalletTaken(address=address):
            return _(
                "{wallet} is linked to another member of this server. You have proved that it is yours, so it can move "
                "to you; nothing was changed yet. Next: confirm the move.",
                wallet=short(address),
            )
        case e.ChallengeUnusable(reason=reason):
            return _("{what} Next: /wallet link gives you a fresh one.", what=_(_CHALLENGE[reason]))
        case e.TicketUnusable(reason=reason):
            return _(
                "{what} Next: ask for a fresh one with the command that gave you this one.", what=_(_TICKET[reason])
            )
        case e.SignatureRejected():
            return rejected(error)
        case e.DelegationCircle():
            return _circle(error)
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


def _circle(error: e.DelegationCircle) -> str:
    if error.through:
        return _(
            "{line}, so that would be a circle in which each waits for the next. Nothing was changed. Next: choose "
            "another member, or ask one of them to use /delegate clear.",
            line=_line(error.through),
        )
    if error.apart:
        return _(
            "That would close a circle in which each waits for the next, with members who delegate in another space of "
            "this server. Who they are is not told here. Nothing was changed. Next: choose another member, or one "
            "space with the option {option}.",
            option="`space`",
        )
    return _(
        "That would close a circle in which each waits for the next, with members who delegate in another server. Who "
        "they are is not told here. Nothing was changed. Next: choose another member, or, if you asked for every "
        "server, {option}.",
        option="`space: this server`",
    )


def _line(through: Sequence[int]) -> str:
    """Write who delegates to whom, the last one to the member who is told."""
    members = [f"<@{member}>" for member in through]
    pairs = list(pairwise(members))
    steps = [_("{one} to {other}", one=one, other=other) for one, other in pairs[1:]]
    if pairs:
        one, other = pairs[0]
        steps = [_("{one} delegates to {other}", one=one, other=other), *steps]
    if len(steps) > _LINE:
        steps = [*steps[:_LINE], _("and so on")]
    last = members[-1]
    steps.append(_("{one} to you", one=last) if steps else _("{one} delegates to you", one=last))
    return ", ".join(steps)
