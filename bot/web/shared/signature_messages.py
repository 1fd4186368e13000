"""What a visitor is told of a signature that proves nothing."""

from __future__ import annotations

from bot.domain.shared.addresses import short
from bot.domain.shared.errors import SignatureRejected
from bot.domain.wallets.signature_flaw import Flaw
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import series


def rejected(error: SignatureRejected) -> tuple[str, str, str]:  # noqa: PLR0911 - one a kind
    """Return the kind for our scripts, what happened, and the next step; of a contract, what it lacks."""
    wallet = short(error.expected) if error.expected else _("that wallet")
    facts = {"wallet": wallet, "chain": error.asked or _("its chain"), "others": series(error.elsewhere, "and")}
    if error.flaw is Flaw.DISPUTED:
        facts["others"] = facts["others"] or _("another chain")
        return (
            "contract",
            _(
                "The contract at {wallet} on {chain} accepts that signature, but the one at the same address on "
                "{others} does not.",
                **facts,
            ),
            _(
                "Whoever controls one need not control the other, and tokens on both would count. Use another wallet, "
                "such as an account to which this one delegates."
            ),
        )
    if error.flaw is Flaw.OWNER_IS_A_CONTRACT:
        return (
            "contract",
            _("The owner {wallet} is a contract, which can't sign by itself here.", **facts),
            _("Have the owners sign in the wallet's own app, and paste the finished signature of the whole wallet."),
        )
    if error.flaw is Flaw.UNSETTLED:
        return (
            "contract",
            _(
                "The contract at {wallet} on {chain} accepts that only since a moment ago, which its chain may still "
                "undo. Nothing was recorded.",
                **facts,
            ),
            _("Wait two minutes, then send it again here."),
        )
    if error.flaw is Flaw.DELEGATED:
        return (
            "account",
            _(
                "The key of {wallet} did not sign. The code to which that account is delegated on {chain} says yes, "
                "but on {others} it does not.",
                **facts,
            )
            if error.elsewhere
            else _(
                "The key of {wallet} did not sign. The code to which that account is delegated on {chain} says yes, "
                "but it says yes to everything, whoever signed.",
                **facts,
            ),
            _("Sign with the account's own key: choose it in a wallet that holds that key, then try again."),
        )
    if error.elsewhere:
        return (
            "network",
            _("No contract stands at {wallet} on {chain}, but one does on {others}.", **facts),
            _("If it is a contract wallet such as a Safe, switch your wallet to that network, then choose it again."),
        )
    if error.flaw in (Flaw.REFUSED, Flaw.FAILED):
        return (
            "contract",
            _("The contract at {wallet} on {chain} does not accept that signature.", **facts),
            _("As many owners as it asks for have to sign this very text. Collect their signatures, then try again."),
        )
    if error.signer is not None and error.expected is not None:
        return (
            "account",
            _("That was signed by {signer}, not by {wallet}.", signer=short(error.signer), wallet=wallet),
            _("Choose the right account in your wallet, then try again."),
        )
    return (
        "signature",
        _("What the wallet answered does not prove that it is yours."),
        _("Try again. A contract wallet such as a Safe must stand on a chain that this server reads."),
    )
