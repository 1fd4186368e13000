"""The words that both pages of signatures share: how a wallet is chosen, what it never does, what went wrong."""

from __future__ import annotations

from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.web.shared.html import NOTHING, Html, fragment, sentence

_MINUTES = 10
"""How long an address is good at first; the script counts down from there."""


def command(text: str) -> Html:
    """Show a command of Discord within a sentence."""
    return fragment("shared/inline/command.html").fill(text=text)


def address(id_: str) -> Html:
    """Leave room for an address within a sentence, which the script fills in."""
    return fragment("shared/inline/address.html").fill(id=id_)


def strong(id_: str) -> Html:
    """Leave room for a fact that stands out within a sentence, which the script fills in."""
    return fragment("shared/inline/strong.html").fill(id=id_)


def common_words() -> dict[str, str | Html]:
    """Return what both pages say with the same words, by the places of their markup."""
    return {
        "account_label": _("Discord account"),
        "server_label": _("Server"),
        "never_asks": _("This page never asks for a transaction."),
        "no_script": _("JavaScript is off"),
        "choosing": _("Choose your wallet"),
        "signing": _("Read it, then sign"),
        "sign": _("Sign with my wallet"),
        "share": _("Let its owners sign one by one"),
        "use_another": _("Use another wallet"),
        "stop": _("Stop waiting"),
        "problem": fragment("wallets/problem.html").fill(
            try_again=_("Try again"), choose_another=_("Choose another wallet")
        ),
        "for_you_alone": _("This address is for you alone, and for other owners of a Safe of yours."),
        "good_for": ngettext("It is good for {number} minute.", "It is good for {number} minutes.", _MINUTES),
    }


def step(number: int, many: int) -> str:
    """Say which step of how many it is."""
    return _("{step} of {steps}", step=number, steps=many)


def wallet_list(*, without_wallet: bool) -> Html:
    """Return where the wallets of a browser are shown. `without_wallet`: signatures can be pasted elsewhere."""
    return fragment("wallets/wallets.html").fill(
        which_account=_("Which account?"),
        none_found=_("No wallet was found in this browser."),
        computer=_("On a computer:"),
        computer_then=_("open this address in the browser that has your wallet, or unlock it, then look again."),
        phone=_("On a phone:"),
        phone_then=_(
            "copy this address, open your wallet's app, and paste it into the browser inside the app (often called "
            "Browser, Explore or Discover)."
        ),
        otherwise=_without_wallet() if without_wallet else NOTHING,
        look_again=_("Look again"),
        copy=_("Copy this address"),
        give_to_nobody=_("Give this address to nobody: it is yours alone."),
    )


def _without_wallet() -> Html:
    return fragment("wallets/otherwise.html").fill(
        otherwise=_("Otherwise:"),
        then=sentence(
            N_("on Discord, type {command} with your address and paste a signature."), command=command("/wallet link")
        ),
    )
