"""What is wrong with a ballot, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors.faults.ballots import (
    BallotFault,
    BallotFlaw,
    ChoiceAmbiguous,
    ChoiceGivenTwice,
    ChoiceRankedTwice,
    ChoicesTied,
    CommasAmbiguous,
    NotAPair,
    NotOnBallot,
    NumberForUnknownChoice,
    NumberOutOfRange,
    NumbersAmbiguous,
    NumbersDoNotFit,
    NumberTooLarge,
    PlaceAmbiguous,
    PlacesDoNotFit,
    RankingIncomplete,
    TooManyNumbers,
    TypedBallotFault,
    UnknownChoiceNumber,
    UnknownChoiceTyped,
)
from bot.presentation.catalogue.messages import N_, ngettext, whole
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote, Refusal, told

_PLAIN = {
    BallotFlaw.CHOICES_NOT_A_LIST: (N_("The {field} is not a list."), N_("choose any number of choices.")),
    BallotFlaw.RANKING_NOT_A_LIST: (N_("The {field} is not a list."), N_("name the choices, best first.")),
    BallotFlaw.CHOICE_TWICE: (N_("The {field} names one choice twice."), N_("name each at most once.")),
    BallotFlaw.RANKING_EMPTY: (N_("The {field} is empty."), N_("name at least the best choice.")),
    BallotFlaw.WEIGHTS_ALL_ZERO: (N_("The {field} are all 0."), N_("give at least one choice a weight.")),
    BallotFlaw.WEIGHT_NOT_WHOLE: (
        N_("The {field} is not a whole number."),
        N_("write it like 50, or leave it empty."),
    ),
    BallotFlaw.SIGNED_FOR_ANOTHER_TIME: (N_("The {field} is for a ballot of another time."), N_("sign afresh.")),
    BallotFlaw.SIGNED_BEFORE_THE_ONE_IT_REPLACES: (
        N_("The {field} is older than the ballot it would replace."),
        N_("sign anew."),
    ),
    BallotFlaw.REASON_TELLS_HIDDEN_VOTE: (
        N_("The {field} would tell a vote, and the votes are hidden until the result."),
        N_("say it once the result is out."),
    ),
    BallotFlaw.TAKES_NO_SIGNED_BALLOTS: (
        N_("The {field} takes no signed ballots."),
        N_("vote with what stands below its card."),
    ),
}


def ballot_refusal(fault: BallotFault, field: str, quote: Quote) -> Refusal:  # noqa: PLR0911 - one a kind
    """Return what is wrong with a ballot, and the next step."""
    match fault:
        case BallotFlaw():
            return told(_PLAIN, fault, field)
        case NotOnBallot(choices):
            return Refusal(
                _("The {field} is not on the ballot.", field=field),
                ngettext("choose the {number} choice.", "choose one of the {number} choices.", choices),
            )
        case RankingIncomplete(ranked, choices):
            return Refusal(
                ngettext(
                    "The {field} names {ranked} of {number} choice.",
                    "The {field} names {ranked} of {number} choices.",
                    choices,
                    field=field,
                    ranked=ranked,
                ),
                _("rank every choice."),
            )
        case NumberForUnknownChoice(most):
            return Refusal(_("The {field} name a choice that is not on the ballot.", field=field), _each(most))
        case NumbersDoNotFit(most):
            return Refusal(_("The {field} do not fit the ballot.", field=field), _each(most))
        case NumberOutOfRange(most):
            return Refusal(_("The {field} hold another number.", field=field), _each(most))
        case NumberTooLarge(most):
            return Refusal(
                _("The {field} is too large.", field=field),
                _("give a whole number from 0 to {most}.", most=whole(most)),
            )
        case _ if isinstance(fault, TypedBallotFault):
            return _typed(fault, field, quote)
        case _:
            assert_never(fault)


def _typed(fault: TypedBallotFault, field: str, quote: Quote) -> Refusal:  # noqa: PLR0911, PLR0912, C901 - one a kind
    match fault:
        case UnknownChoiceTyped(word, choices):
            return Refusal(
                _("The {field} holds “{word}”, which is not a choice.", field=field, word=quote(word)),
                _like(choices),
            )
        case NotAPair(entry, most):
            return Refusal(
                _(
                    "The {field} hold “{entry}”, which is not a choice and a whole number.",
                    field=field,
                    entry=quote(entry),
                ),
                _("write them like {example}, or one a line.", example=_pairs(most)),
            )
        case NumbersAmbiguous(entry, most):
            return Refusal(
                _(
                    "The {field} hold “{entry}”, which could be amounts in a row, or choices with an amount each.",
                    field=field,
                    entry=quote(entry),
                ),
                _("write them like {example}.", example=_pairs(most)),
            )
        case CommasAmbiguous(entry):
            return Refusal(
                _(
                    "The {field} hold “{entry}”, where a comma could stand between two numbers or inside one.",
                    field=field,
                    entry=quote(entry),
                ),
                _("write them like 1: 50.5 %, 2: 49.5 %."),
            )
        case TooManyNumbers(given, choices):
            return Refusal(
                ngettext(
                    "The {field} are {number} number in a row.",
                    "The {field} are {number} numbers in a row.",
                    given,
                    field=field,
                ),
                ngettext(
                    "write at most {number}, for there is one choice.",
                    "write at most {number}, one for each choice.",
                    choices,
                ),
            )
        case ChoiceAmbiguous(word):
            return Refusal(
                _(
                    "The {field} holds “{word}”, the number of one choice and the name of another.",
                    field=field,
                    word=quote(word),
                ),
                _("write only the numbers of the choices, with # before each, like #2, #1."),
            )
        case PlaceAmbiguous(entry):
            return Refusal(
                _(
                    "The {field} holds “{entry}”, whose number could be its place or that of a choice.",
                    field=field,
                    entry=quote(entry),
                ),
                _("write the names alone, the best first."),
            )
        case PlacesDoNotFit(ranked):
            return Refusal(
                ngettext(
                    "The {field} has a place other than 1 for its only choice.",
                    "The {field} has places other than 1 to {number}, each once.",
                    ranked,
                    field=field,
                ),
                _("write the names alone, the best first."),
            )
        case ChoicesTied(choices):
            return Refusal(_("The {field} sets two choices equal, and no two can be.", field=field), _like(choices))
        case UnknownChoiceNumber(choice, choices):
            return Refusal(
                _("The {field} name a choice {choice}, which is not on the ballot.", field=field, choice=choice),
                _("use the numbers from 1 to {choices}.", choices=choices),
            )
        case ChoiceRankedTwice(choice):
            return Refusal(
                _("The {field} names choice {choice} twice.", field=field, choice=choice), _("name each choice once.")
            )
        case ChoiceGivenTwice(choice):
            return Refusal(
                _("The {field} name choice {choice} twice.", field=field, choice=choice), _("name each choice once.")
            )
        case _:
            assert_never(fault)


def _each(most: int) -> str:
    return _("give each choice a whole number from 0 to {most}.", most=whole(most))


def _pairs(most: int) -> str:
    """Return two amounts as they are typed, which fit the form."""
    high, low = (50, 30) if most >= 50 else (most, most // 2)  # noqa: PLR2004 - shares of a hundred
    return f"1: {high}, 2: {low}"


def _like(choices: int) -> str:
    example = ", ".join(map(str, [*range(min(choices, 3), 0, -1)]))
    return _(
        "write the numbers from 1 to {choices} or the names, the best first: {example}.",
        choices=choices,
        example=example,
    )
