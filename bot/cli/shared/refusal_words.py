"""The one-line message with which a command tells of an error."""

from __future__ import annotations

from bot.domain.shared.errors import InvalidInput, PowerUndefined, UnknownStrategy
from bot.presentation.refusals.invalid_input import input_refusal
from bot.presentation.refusals.power import undefined_power, unknown_strategy


def said(error: Exception) -> str:
    """Return the sentences for an error in the input or a strategy; for any other error, its own text."""
    match error:
        case InvalidInput():
            return input_refusal(error, str).sentences
        case UnknownStrategy():
            return unknown_strategy(error, str).sentences
        case PowerUndefined():
            return undefined_power(error, error.address, str)
        case _:
            return str(error)
