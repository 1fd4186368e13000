"""What is wrong with amounts and addresses, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors.faults.amounts import (
    AddressFlaw,
    AmountFault,
    AmountFlaw,
    OnOtherChain,
    SeveralAddresses,
    TooFine,
    UnclearComma,
    WrongDigitCount,
)
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote, Refusal, series, told

_WRITE = N_("write it like 12,400.5 or 1.2M.")
_PASTE = N_("paste 0x followed by 40 hexadecimal digits.")
_PLAIN = {
    AmountFlaw.NOT_AN_AMOUNT: (N_("The {field} is not an amount."), _WRITE),
    AmountFlaw.TOO_LONG: (N_("The {field} is too long for an amount."), _WRITE),
    AddressFlaw.NOT_AN_ADDRESS: (N_("The {field} is not an address."), _PASTE),
    AddressFlaw.A_NAME: (
        N_("The {field} is a name, not an address."),
        N_("paste 0x followed by 40 hexadecimal digits, which your wallet shows."),
    ),
    AddressFlaw.WRONG_CHECKSUM: (
        N_("The {field} has a wrong checksum, so a character is mistyped."),
        N_("copy it again from your wallet."),
    ),
    AddressFlaw.HASH_OR_PRIVATE_KEY: (
        N_("The {field} is not an address: 64 hexadecimal digits name a transaction or are a private key."),
        N_(
            "paste 0x followed by 40 hexadecimal digits. If it is a private key, move what it holds to a new wallet, "
            "for it was shown now."
        ),
    ),
    AddressFlaw.MISSING: (N_("The {field} is missing."), N_("give the contract's address.")),
}


def amount_refusal(fault: AmountFault, field: str, quote: Quote) -> Refusal:  # noqa: PLR0911 - one a kind
    """Return what is wrong with an amount or an address, and the next step."""
    match fault:
        case AmountFlaw() | AddressFlaw():
            return told(_PLAIN, fault, field)
        case UnclearComma(text, readings):
            either = series([quote(reading) for reading in readings], "or")
            return Refusal(
                _(
                    "The {field} is not clear: does “{text}” mean {readings}?",
                    field=field,
                    text=quote(text),
                    readings=either,
                ),
                _(
                    "write {readings}; a dot is the decimal point, and commas part groups of three digits.",
                    readings=either,
                ),
            )
        case TooFine(decimals):
            return Refusal(
                _("The {field} is finer than the token divides.", field=field),
                ngettext("use at most {number} decimal place.", "use at most {number} decimal places.", decimals),
            )
        case OnOtherChain(named, chain):
            return Refusal(
                _(
                    "The {field} names chain {named}, and is to be used on chain {chain}.",
                    field=field,
                    named=named,
                    chain=chain,
                ),
                _("give the address that is meant on that chain, or choose the other chain."),
            )
        case SeveralAddresses(number):
            return Refusal(
                _("The {field} is not an address but holds {number}.", field=field, number=number), _("paste one.")
            )
        case WrongDigitCount(digits, True):
            what = ngettext(
                "The {field} is not an address: it has {number} hexadecimal digit.",
                "The {field} is not an address: it has {number} hexadecimal digits.",
                digits,
                field=field,
            )
            return Refusal(what, _(_PASTE))
        case WrongDigitCount(digits):
            what = ngettext(
                "The {field} is not an address: it has {number} hexadecimal digit without 0x.",
                "The {field} is not an address: it has {number} hexadecimal digits without 0x.",
                digits,
                field=field,
            )
            return Refusal(what, _(_PASTE))
        case _:
            assert_never(fault)
