"""What the scripts of both pages of signatures show: the server writes it into the page, in its language."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from bot.presentation.catalogue.formats import plural_forms
from bot.presentation.catalogue.messages import N_, spoken

_STEPS = {
    "moment": N_("One moment."),
    "slow": N_("Your wallet has not answered yet. Open it: its question may stand behind this window."),
    "stopped": N_("You stopped waiting for your wallet."),
    "stopped_then": N_("If it still asks you for something, refuse it there. Then try again."),
    "check_again": N_("Check again"),
    "try_again": N_("Try again"),
    "wrong": N_("Something went wrong on this page."),
    "wrong_then": N_("Load it again; the address is still good."),
    "good_no_longer": N_("It is good no longer."),
    "expired": N_("This address has expired."),
}
_SERVER = {
    "away": N_("The server could not be reached."),
    "away_then": N_("Check your connection, then try again."),
    "odd": N_("The server gave no answer that makes sense."),
    "odd_then": N_("Try again in a minute."),
}
_CHOOSER = {
    "still_none": N_("Still no wallet found."),
    "copied": N_("Copied."),
    "not_copied": N_("This browser does not let the page copy. Copy the address from the bar above."),
    "other_account": N_("Your wallet shows this page another account now. Choose your wallet again."),
    "other_network": N_("Your wallet is on another network now, so this is a fresh one to sign."),
    "asks_to_see": N_("Your wallet asks whether this page may see your address. Answer there."),
}
_WALLETS = {
    "nameless": N_("Wallet without a name"),
    "browser_wallet": N_("The wallet of this browser"),
    "another_wallet": N_("Another wallet of this browser"),
    "refused": N_("You refused in your wallet, so nothing was done."),
    "refused_then": N_("If that was a slip, try again."),
    "asking": N_("Your wallet is asking already."),
    "asking_then": N_("Open it, answer there, then try again."),
    "not_allowed": N_("Your wallet does not let this page use that account."),
    "not_allowed_then": N_("Connect the account in your wallet, then try again."),
    "unable": N_("Your wallet cannot sign texts on a page."),
    "unable_then": N_("Use another one, or paste a signature: /wallet link on Discord, with your address."),
    "failed": N_("Your wallet did not do it: “{reason}”"),
    "failed_then": N_("Unlock it, then try again."),
    "no_account": N_("Your wallet showed no account."),
    "no_account_then": N_("Unlock it and choose an account, then try again."),
    "no_signature": N_("Your wallet answered with something else than a signature."),
    "no_signature_then": N_("Try again, or use another one."),
    "empty": N_("Your wallet answered without a signature."),
    "empty_then": N_(
        "A Safe does so when it is set to approve messages by a transaction. Better: in Safe, under Settings and Safe "
        "Apps, turn on-chain signatures off, then choose your wallet again. Or have its owners execute that approval "
        "within a few minutes, and check again; it is the Safe that asks for this transaction, not this page."
    ),
}
_SHARING = {
    "copied_for_owners": N_("Copied. Give it to the other owners of this wallet, and to nobody else."),
    "paste_first": N_("Paste the signature first."),
    "no_owner": N_("{account} is not among the owners of this wallet."),
    "no_owner_then": N_("Choose the account of an owner."),
    "compare_number": N_("Your wallet shows a SafeMessage with a number. Compare it with this page, and sign there."),
    "checking": N_("One moment: the signature is being checked."),
    "kept": N_("Your signature is kept. The next owner opens this very address."),
    "owner_signed": N_("{owner} has signed"),
    "owner_to_sign": N_("{owner} has not signed yet"),
    "owner_contract": N_("{owner} is a contract and can't sign here"),
}


def script_words(own: Mapping[str, str]) -> str:
    """Return the words as JSON, with those that the script of one page shows besides, each as `N_` marks it.

    A sentence with a number that only the script knows has each of its forms.
    """
    translated = spoken().sentences.gettext
    every = {**_STEPS, **_SERVER, **_CHOOSER, **_WALLETS, **_SHARING, **own}
    words: dict[str, str | dict[str, str]] = {name: translated(words) for name, words in every.items()}
    words["good_for_minutes"] = plural_forms(
        "It is good for {number} more minute.", "It is good for {number} more minutes."
    )
    words["good_for_hours"] = plural_forms("It is good for {number} more hour.", "It is good for {number} more hours.")
    return orjson.dumps(words).decode()
