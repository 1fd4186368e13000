"""What a command says on one line of what could not be done."""

from __future__ import annotations

from bot.domain.shared.errors import InvalidInput, PowerUndefined, UnknownStrategy
from bot.presentation.refusals.invalid_input import input_refusal
from bot.presentation.refusals.power import undefined_power, unknown_strategy


def said(error: Exception) -> str:
    """Return the words of an error; of what a chain or a file did, the error's own."""
    match error:
        case InvalidInput():
            return input_refusal(error, str).sentences
        case UnknownStrategy():
            return unknown_strategy(error, str).sentences
        case PowerUndefined():
            return undefined_power(error, error.address, str)
        case _:
            return str(error)
