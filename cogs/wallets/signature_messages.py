"""Words for signatures that prove no wallet."""

from __future__ import annotations

from bot.domain.shared.addresses import short
from bot.domain.shared.errors import SignatureRejected
from bot.domain.wallets.signature import MAX_SIGNATURE
from bot.domain.wallets.signature_flaw import Flaw
from cogs._shared.formatting import listed, quoted

_AGAIN = "Next: copy all of what your wallet shows after signing, and paste it again."
_SHORT = "That is not a signature: of an account it is 0x and 130 hexadecimal digits; a contract wallet's is longer. "
_FLAWS = {
    Flaw.UNREADABLE: (
        "That is not a signature, and none can be found in it. Next: paste the signature alone, 0x and 130 hexadecimal "
        "digits or more, or all of what your wallet shows after signing."
    ),
    Flaw.LACKING: (
        "What you pasted is JSON, but no signature is in it. Next: paste all of what your wallet shows after signing; "
        "of a Safe, once enough owners have signed."
    ),
    Flaw.SEVERAL: (
        "More than one signature is in what you pasted, and it does not say which is meant. Next: paste one; of a "
        "Safe, all its owners' in one, without spaces, by the order of the owners' addresses."
    ),
    Flaw.HASH: (
        "That is not a signature: 64 hexadecimal digits are a hash or a private key. Next: paste what your wallet "
        "shows after signing. If it was a private key, move what it holds to a new wallet: it was shown to others now."
    ),
    Flaw.MALFORMED: _SHORT + _AGAIN,
    Flaw.COMPACT: (
        "That signature is in the short form (EIP-2098), which isn't taken here: one signature would have two forms. "
        "Next: paste the one of 0x and 130 hexadecimal digits."
    ),
    Flaw.MALLEABLE: (
        "That is the mirrored form of a signature, which anybody can make of one, so it isn't taken. "
        "Next: sign the text again with your wallet, and paste what it shows."
    ),
    Flaw.WRAPPER: f"That signature says that it is of a wallet not deployed yet, but can't be read. {_AGAIN}",
    Flaw.NOT_MADE: (
        "That signature is of a wallet not deployed yet, but what it brings along makes no wallet at that address. "
        "Next: deploy the wallet with any transaction, or check the chain, and sign again."
    ),
    Flaw.TOO_LONG: f"A signature of more than {MAX_SIGNATURE:,} bytes isn't taken. {_AGAIN}",
}


def rejected(error: SignatureRejected) -> str:  # noqa: PLR0911 - one a kind
    """Say what is wrong with a signature, and what to do."""
    if error.expected is None or error.flaw is None:
        return _FLAWS.get(error.flaw or Flaw.MALFORMED, _SHORT + _AGAIN)
    wallet, on = short(error.expected), quoted(error.asked) or "its chain"
    match error.flaw:
        case Flaw.REFUSED | Flaw.FAILED:
            return (
                f"The contract at {wallet} on {on} doesn't accept that signature. Nothing was changed. Next: collect "
                "all the signatures that the wallet asks for, over this very text, and paste the result; they count on "
                "that chain only."
            )
        case Flaw.OTHER_SIGNER if error.signer is not None and not error.elsewhere:
            return (
                f"That signature was made by {short(error.signer)}, not by {wallet}. "
                "Next: choose the right account in your wallet and sign the same text again."
            )
    there = listed(list(map(quoted, error.elsewhere))) or "another chain"
    if error.flaw is Flaw.DISPUTED:
        return (
            f"The contract at {wallet} on {on} accepts that signature, but the one at the same address on {there} "
            "doesn't. Whoever controls one need not control the other, and tokens on both would count, so nothing "
            "was changed. Next: link another wallet, such as an account to which this one delegates."
        )
    if error.flaw is Flaw.DELEGATED:
        return _delegated(wallet, on, there if error.elsewhere else None)
    if error.elsewhere:
        return (
            f"No contract stands at {wallet} on {on}, but one does on {there}, "
            f"and no key of that address signed. Next: if it is a contract wallet, use /wallet link again and choose "
            "the chain that it is on."
        )
    return _FLAWS.get(error.flaw, _SHORT + _AGAIN)


def _delegated(wallet: str, on: str, there: str | None) -> str:
    """Say why code does not speak for an account: on other chains it does not, or it speaks for everybody."""
    but = "it says yes to everything, whoever signed" if there is None else f"on {there} it does not"
    return (
        f"The key of {wallet} didn't sign. The code to which that account is delegated on {on} says yes, but {but}, so "
        "nothing was changed. Next: sign the text with the account's own key."
    )
