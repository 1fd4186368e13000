"""Words for signatures that prove no wallet."""

from __future__ import annotations

from bot.domain.shared.addresses import short
from bot.domain.shared.errors import SignatureRejected
from bot.domain.wallets.signature_claim import MAX_SIGNATURE
from bot.domain.wallets.signature_flaw import Flaw
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import series
from cogs._shared.formatting import quoted

_AGAIN = N_("{what} Next: copy all of what your wallet shows after signing, and paste it again.")
_SHORT = N_(
    "That is not a signature: of an account it is 0x and 130 hexadecimal digits; a contract wallet's is longer."
)
_FLAWS = {
    Flaw.UNREADABLE: N_(
        "That is not a signature, and none can be found in it. Next: paste the signature alone, 0x and 130 hexadecimal "
        "digits or more, or all of what your wallet shows after signing."
    ),
    Flaw.LACKING: N_(
        "There is no signature in what you pasted. Next: paste all of what your wallet shows after signing; "
        "of a Safe, once enough owners have signed."
    ),
    Flaw.SEVERAL: N_(
        "More than one signature is in what you pasted, and it does not say which is meant. Next: paste one; of a "
        "Safe, all its owners' in one, without spaces, by the order of the owners' addresses."
    ),
    Flaw.HASH: N_(
        "That is not a signature: 64 hexadecimal digits name a transaction or are a private key. Next: paste what your "
        "wallet shows after signing. If it was a private key, move what it holds to a new wallet: it was shown to "
        "others now."
    ),
    Flaw.COMPACT: N_(
        "That signature is in the short form, which isn't taken here: one signature would have two forms. "
        "Next: paste the one of 0x and 130 hexadecimal digits."
    ),
    Flaw.MALLEABLE: N_(
        "That is the mirrored form of a signature, which anybody can make of one, so it isn't taken. "
        "Next: sign the text again with your wallet, and paste what it shows."
    ),
    Flaw.OWNER_IS_A_CONTRACT: N_(
        "That owner is a contract, which can't sign by itself here. Next: have the owners sign in the wallet's own "
        "app, and paste the finished signature of the whole wallet."
    ),
    Flaw.NOT_MADE: N_(
        "That signature is of a wallet not deployed yet, but what it brings along makes no wallet at that address. "
        "Next: deploy the wallet with any transaction, or check the chain, and sign again."
    ),
}


def rejected(error: SignatureRejected) -> str:  # noqa: PLR0911 - one a kind
    """Say what is wrong with a signature, and what to do."""
    if error.expected is None or error.flaw is None:
        return _by_itself(error.flaw)
    facts = {"wallet": short(error.expected), "chain": quoted(error.asked) or _("its chain")}
    match error.flaw:
        case Flaw.REFUSED | Flaw.FAILED:
            return _(
                "The contract at {wallet} on {chain} doesn't accept that signature. Nothing was changed. Next: collect "
                "all the signatures that the wallet asks for, over this very text, and paste the result; they count on "
                "that chain only.",
                **facts,
            )
        case Flaw.UNSETTLED:
            return _(
                "The contract at {wallet} on {chain} accepts that signature only since a moment ago, which its chain "
                "may still undo. Nothing was recorded. Next: send the same signature again in two minutes.",
                **facts,
            )
        case Flaw.OTHER_SIGNER if error.signer is not None and not error.elsewhere:
            return _(
                "That signature was made by {signer}, not by {wallet}. Next: choose the right account in your wallet "
                "and sign the same text again.",
                **facts,
                signer=short(error.signer),
            )
    others = series(list(map(quoted, error.elsewhere)), "and")
    if error.flaw is Flaw.DISPUTED:
        return _(
            "The contract at {wallet} on {chain} accepts that signature, but the one at the same address on {others} "
            "doesn't. Whoever controls one need not control the other, and tokens on both would count, so nothing was "
            "changed. Next: link another wallet, such as an account to which this one delegates.",
            **facts,
            others=others or _("another chain"),
        )
    if error.flaw is Flaw.DELEGATED:
        return _delegated(facts, others)
    if error.elsewhere:
        return _(
            "No contract stands at {wallet} on {chain}, but one does on {others}, and no key of that address signed. "
            "Next: if it is a contract wallet, use /wallet link again and choose the chain that it is on.",
            **facts,
            others=others,
        )
    return _by_itself(error.flaw)


def _by_itself(flaw: Flaw | None) -> str:
    """Say what is wrong with what was pasted, whoever may have signed it."""
    match flaw:
        case Flaw.WRAPPER:
            return _(_AGAIN, what=_("That signature says that it is of a wallet not deployed yet, but can't be read."))
        case Flaw.TOO_LONG:
            return _(
                _AGAIN,
                what=ngettext(
                    "A signature of more than {number} byte isn't taken.",
                    "A signature of more than {number} bytes isn't taken.",
                    MAX_SIGNATURE,
                ),
            )
        case flaw if flaw in _FLAWS:
            return _(_FLAWS[flaw])
        case _:
            return _(_AGAIN, what=_(_SHORT))


def _delegated(facts: dict[str, str], others: str) -> str:
    """Say why code does not speak for an account: on other chains it does not, or it speaks for everybody."""
    if not others:
        return _(
            "The key of {wallet} didn't sign. The code to which that account is delegated on {chain} says yes, but it "
            "says yes to everything, whoever signed, so nothing was changed. Next: sign the text with the account's "
            "own key.",
            **facts,
        )
    return _(
        "The key of {wallet} didn't sign. The code to which that account is delegated on {chain} says yes, but on "
        "{others} it does not, so nothing was changed. Next: sign the text with the account's own key.",
        **facts,
        others=others,
    )
