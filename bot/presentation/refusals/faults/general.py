"""What is wrong with texts, times, chains and options, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors.faults.general import (
    AnswerTooLarge,
    ChainNotChosen,
    ChainNotConfigured,
    GeneralFault,
    GeneralFlaw,
    TextTooLong,
    WrongLength,
)
from bot.presentation.catalogue.messages import N_, ngettext, whole
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote, Refusal, series, told

_PLAIN = {
    GeneralFlaw.EMPTY: (N_("The {field} is empty."), N_("write a few words.")),
    GeneralFlaw.NONE_GIVEN: (N_("The {field} were not given."), N_("choose at least one.")),
    GeneralFlaw.OF_SOMETHING_UNKNOWN: (
        N_("The {field} is of something that I have no record of any more, as after a backup was restored."),
        N_("give the command again, and use the buttons below its answer."),
    ),
    GeneralFlaw.NOT_A_WEB_ADDRESS: (N_("The {field} is not a web address."), N_("start it with https://")),
    GeneralFlaw.NOT_A_LENGTH_OF_TIME: (
        N_("The {field} is not a length of time."),
        N_("write it like 3d 12h or 90 minutes."),
    ),
    GeneralFlaw.NOT_A_TIME: (
        N_("The {field} is not a time."),
        N_("write 2027-01-31 (the end of that day in UTC), 2027-01-31 18:00 (UTC) or 30 days."),
    ),
    GeneralFlaw.IN_THE_PAST: (N_("The {field} is in the past."), N_("choose a later day.")),
    GeneralFlaw.TOO_FAR_AWAY: (N_("The {field} is too far away."), N_("choose a day within ten years.")),
    GeneralFlaw.NOT_A_HASH: (N_("The {field} is not a hash."), N_("copy the 64 signs of a posted head.")),
}


def characters(field: str, given: int) -> str:
    """Say how long a text is."""
    if not given:
        return _("The {field} is empty.", field=field)
    return ngettext("The {field} has {number} character.", "The {field} has {number} characters.", given, field=field)


def general_refusal(fault: GeneralFault, field: str, quote: Quote) -> Refusal:
    """Return what is wrong, and the next step."""
    match fault:
        case GeneralFlaw():
            return told(_PLAIN, fault, field)
        case TextTooLong(given, most):
            return Refusal(characters(field, given), _("use at most {most}.", most=whole(most)))
        case WrongLength(given, least, most):
            return Refusal(
                characters(field, given), _("use {least} to {most} characters.", least=least, most=whole(most))
            )
        case ChainNotChosen(known):
            step = _("choose {names}.", names=_names(known, quote)) if known else _("choose one.")
            return Refusal(_("The {field} was not chosen.", field=field), step)
        case ChainNotConfigured(known):
            step = _("choose {names}.", names=_names(known, quote)) if known else _("choose one from the list.")
            return Refusal(_("The {field} is not configured here.", field=field), step)
        case AnswerTooLarge(most):
            return Refusal(
                _("The {field} is larger than the {most} MiB that this server takes.", field=field, most=most),
                _("take the bundle, which comes in parts."),
            )
        case _:
            assert_never(fault)


def _names(known: tuple[str, ...], quote: Quote) -> str:
    return series([quote(name) for name in known], "or")
