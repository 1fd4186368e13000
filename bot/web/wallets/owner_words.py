"""The words of contract wallets, whose owners sign one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.shared.addresses import short
from bot.domain.shared.types import Address, ChainId
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.web.shared.html import NOTHING, Html, fragment, join, sentence
from bot.web.wallets.signing_words import address, strong


def owners_step() -> Html:
    """Return the step in which owners sign, which both pages have."""
    return fragment("wallets/owners.html").fill(
        title=_("Its owners sign, one after another"),
        whose=sentence(
            N_("This is for the contract wallet {wallet} on {chain}."),
            wallet=address("shared-address"),
            chain=fragment("shared/inline/plain.html").fill(id="shared-chain"),
        ),
        put_together=sentence(
            N_("What its owners sign here by {time} is put together, and used once."), time=strong("shared-until")
        ),
        only_if=_("Sign only if you want the Discord account above to have the say that this text gives it."),
        text_label=_("What the wallet signs"),
        each_owner=_("Each owner opens this very address and signs with their own account."),
        shown_number=sentence(
            N_("Their wallet shows a {name} with this number, which stands for the text above: {number}"),
            name=fragment("shared/inline/command.html").fill(text="SafeMessage"),
            number=address("shared-hash"),
        ),
        contract_owner=_("An owner that is a contract, as a Safe that owns this one, can't sign here."),
        contract_owner_then=_(
            "If its signature is needed, have the owners sign in the wallet's own app, and paste the finished "
            "signature below."
        ),
        sign_as_owner=_("Sign as an owner"),
        look_again=_("Look again"),
        copy_for_owners=_("Copy this address for other owners"),
        not_seen=_("Its owners are not seen: it is not a Safe, or could not be read just now."),
        paste_title=_("Or paste a finished signature"),
        paste_label=_("Signature of the whole wallet, copied from its own app"),
        check=_("Check it"),
        use_another=_("Use another wallet"),
    )


def contract_form(chains: Mapping[ChainId, str]) -> Html:
    """Return the form that begins with the address of a contract wallet; nothing where no chain is read."""
    options = [fragment("wallets/contract_chain.html").fill(number=chain, name=name) for chain, name in chains.items()]
    if not options:
        return NOTHING
    return fragment("wallets/contract.html").fill(
        title=_("A Safe, or another contract wallet"),
        told=_("Its owners can sign here one after another, also hours apart, each with their own account."),
        address_label=_("Address of the wallet"),
        chain_label=_("Chain that it is on"),
        chains=join(options),
        go_on=_("Go on"),
    )


def contract_buttons(wallets: Sequence[Address]) -> Html:
    """Return a button for each contract wallet that is linked; nothing where none is."""
    if not wallets:
        return NOTHING
    buttons = (
        fragment("wallets/contract_linked.html").fill(
            address=wallet, short=short(wallet), told=_("Its owners sign here, one after another")
        )
        for wallet in wallets
    )
    return fragment("wallets/contracts_linked.html").fill(
        title=_("Or have the owners of a contract wallet sign"), buttons=join(buttons)
    )
