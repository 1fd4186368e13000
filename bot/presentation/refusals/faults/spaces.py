"""What is wrong with the rules of a server and with its spaces, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors.faults.spaces import (
    NameTaken,
    PartNotSwitchable,
    SpaceArchived,
    SpaceFault,
    SpaceFlaw,
    TooManySpaces,
)
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote, Refusal, series, told

_PLAIN = {
    SpaceFlaw.NAME_SHOWS_NOTHING: (N_("The {field} shows nothing."), N_("write a few letters.")),
    SpaceFlaw.NAME_UNCHANGED: (N_("The {field} is its name already."), N_("nothing was changed.")),
    SpaceFlaw.MAIN_SPACE_STAYS: (
        N_("The {field} is the main one, which is never archived."),
        N_("archive the others; without the bot a server has none."),
    ),
    SpaceFlaw.NOT_ARCHIVED: (N_("The {field} is not archived."), N_("/space list shows which are.")),
    SpaceFlaw.DELAY_OUT_OF_RANGE: (N_("The {field} is out of range."), N_("use 0 to 30 days.")),
    SpaceFlaw.PERIOD_OUT_OF_RANGE: (N_("The {field} is out of range."), N_("use 5 minutes to 366 days.")),
    SpaceFlaw.CHANNEL_OF_ANOTHER_SPACE: (
        N_("The {field} is another space's."),
        N_("choose one of this space's."),
    ),
    SpaceFlaw.COMMAND_FORGOTTEN: (
        N_("The {field} was asked of a command that I no longer hold: it was answered, or I was started anew since."),
        N_("give the command again; nothing was changed."),
    ),
    SpaceFlaw.NO_WEB_PAGES: (
        N_("The {field} cannot be yes, because this bot has no web pages."),
        N_("ask whoever runs it to set an address for them."),
    ),
    SpaceFlaw.YOURSELF: (N_("The {field} is yourself."), N_("choose another member.")),
    SpaceFlaw.NOT_A_MEMBER: (N_("The {field} is not a member of this server."), N_("choose a member.")),
    SpaceFlaw.A_BOT: (N_("The {field} is a bot, and bots don't vote."), N_("choose a person.")),
}


def space_refusal(fault: SpaceFault, field: str, quote: Quote) -> Refusal:
    """Return what is wrong with a space or a rule of the server, and the next step."""
    match fault:
        case SpaceFlaw():
            return told(_PLAIN, fault, field)
        case NameTaken(other):
            return Refusal(
                _("The {field} is that of “{other}” already.", field=field, other=quote(other)),
                _("choose another, so that nobody mistakes them."),
            )
        case SpaceArchived(name):
            return Refusal(
                _("The {field} “{name}” is archived.", field=field, name=quote(name)),
                _("/space restore makes it active again."),
            )
        case TooManySpaces(most):
            return Refusal(
                _("The {field} would be number {number}.", field=field, number=most + 1),
                _("/space archive one that is over."),
            )
        case PartNotSwitchable(switchable):
            return Refusal(
                _("The {field} cannot be switched.", field=field),
                _("choose {names}.", names=series([quote(part) for part in switchable], "or")),
            )
        case _:
            assert_never(fault)
