"""The words of the page on which a wallet is linked."""

from __future__ import annotations

from collections.abc import Iterable

from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.web.shared.html import Html, fragment, sentence
from bot.web.wallets.signing_words import address, command, common_words, step

LINK_SCRIPT = {
    "again": N_("Go back to Discord and use /wallet link again for a fresh one."),
    "compare_text": N_("Your wallet shows you the text. Compare it, and sign there."),
    "no_contract": N_("No contract is seen at that address on any chain that this server reads."),
    "no_contract_then": N_("Check the address. A wallet that is not deployed yet signs in the browser that has it."),
    "address_first": N_("Give the wallet's address first."),
    "vote_named": N_("#{vote} “{title}”"),
}
"""What the script of this page shows besides the words of both pages."""


def link_words(guild: str, chains: Iterable[str]) -> dict[str, str | Html]:
    """Return the words of the page by the places of its markup."""
    vote = fragment("shared/inline/vote_title.html").fill()
    read = ", ".join(chains)
    return common_words() | {
        "title": _("Link a wallet"),
        "not_you": _("Is this not you?"),
        "not_you_then": _("Then close this page. Whoever sent it to you would vote with your tokens."),
        "costs_nothing": _("You sign a text. It costs nothing and moves nothing."),
        "never_asks_then": _(
            "Nor does it ask for an approval, a private key or a recovery phrase. If your wallet shows anything else "
            "than a text to sign, refuse."
        ),
        "no_script_then": sentence(
            N_(
                "Without it this page cannot reach your wallet. Turn it on for this page, or link without it. On "
                "Discord, type {command} with your address, sign the text in your wallet, and paste the signature."
            ),
            command=command("/wallet link"),
        ),
        "first_step": step(1, 2),
        "second_step": step(2, 2),
        "shown_text": sentence(N_("Your wallet {wallet} will show you exactly this text:"), wallet=address("address")),
        "text_label": _("The text that you sign"),
        "moving": _("It is linked to another member"),
        "proved": sentence(N_("You have proved that {wallet} is yours."), wallet=address("taken")),
        "moves": _(
            "A wallet is linked to one member of a server at a time: it can move to you, and whoever holds it now is "
            "told."
        ),
        "votes_stay": _("Votes that it cast stay until you vote with it."),
        "move": _("Move it to me"),
        "leave": _("Leave it, use another wallet"),
        "done": _("Linked"),
        "yours_now": sentence(
            N_("{wallet} is your wallet in {server} from now on."),
            wallet=address("linked"),
            server=fragment("shared/public/bdi.html").fill(text=guild),
        ),
        "back_shown": sentence(
            N_("Your vote on {vote} waits on Discord, filled in. Nothing is recorded until you press it there."),
            vote=vote,
        ),
        "back_card": sentence(
            N_("Your vote on {vote} is not recorded yet. Go to its card on Discord and press your choice again."),
            vote=vote,
        ),
        "back_none": sentence(
            N_(
                "Go back to Discord: {power} shows what it gives you, {list} all your wallets. You can close this page."
            ),
            power=command("/power"),
            list=command("/wallet list"),
        ),
        "go_to_vote": _("Go to the vote on Discord"),
        "for_you_alone": _("This address is for you alone, and for other owners of a Safe of yours. It works once."),
        "chains": _("Chains that this server reads: {chains}.", chains=read)
        if read
        else _("This server reads no chain."),
    }
