"""The words of the page on which a wallet signs a ballot."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.addresses import short
from bot.domain.voting.ballot import Ballot
from bot.domain.wallets.wallet import Wallet
from bot.presentation.catalogue.formats import listed, moment
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.web.shared.html import NOTHING, Html, fragment, join, sentence
from bot.web.voting import ballot_form
from bot.web.wallets.signing_words import address, command, common_words, step, strong

VOTE_SCRIPT = {
    "again": N_("Go back to Discord and press the button of your choice again for a fresh one."),
    "you_vote": N_("You vote: {mark}"),
    "choose_one": N_("Choose one of the choices."),
    "place_twice": N_("Two choices have place {place}. Give each place once."),
    "no_place": N_("Give at least one choice a place."),
    "whole_number": N_("Give each choice a whole number from 0 to {most}."),
    "compare_ballot": N_("Your wallet shows you the ballot. Compare it, and sign there."),
    "checking_ballot": N_("One moment: the signature is being checked and your power is read."),
}
"""What the script of this page shows besides the words of both pages."""


def vote_words(proposal: Proposal, linked: Sequence[Wallet]) -> dict[str, str | Html]:
    """Return the words of the page by the places of its markup. `linked` are the member's wallets."""
    return common_words() | {
        "proposal_label": _("Proposal"),
        "ends_label": _("Voting ends"),
        "read": _("Read the whole proposal"),
        "identifier": sentence(
            N_("Your signature names the whole text that is voted on by this identifier: {identifier}"),
            identifier=fragment("shared/inline/code.html").fill(text=proposal.cid or ""),
        ),
        "costs_nothing": _("Your wallet signs your ballot. It costs nothing and moves nothing."),
        "never_asks_then": _(
            "Nor does it ask for an approval, a private key or a recovery phrase. If your wallet shows anything else "
            "than this ballot, refuse."
        ),
        "no_script_then": _(
            "Without it this page cannot reach your wallet, and this vote takes signed ballots alone. Turn it on for "
            "this page."
        ),
        "first_step": step(1, 3),
        "second_step": step(2, 3),
        "third_step": step(3, 3),
        "marking": _("Mark your ballot"),
        "how": ballot_form.how(proposal),
        "go_on": _("Go on to my wallet"),
        "linked": _(
            "One that is linked to your account here: {wallets}.",
            wallets=listed([short(wallet.address) for wallet in linked], "or"),
        ),
        "back_to_ballot": _("Back to the ballot"),
        "you_vote": sentence(N_("You vote: {mark}"), mark=strong("mark")),
        "shown_ballot": sentence(N_("Your wallet {wallet} will show you exactly this:"), wallet=address("address")),
        "text_label": _("The ballot that you sign"),
        "done": _("Your ballot is stored"),
        "you_voted": sentence(N_("You voted: {mark}"), mark=strong("cast")),
        "signed_by": sentence(N_("With {power}, signed by {wallet}."), power=strong("power"), wallet=address("by")),
        "receipt": sentence(N_("Receipt {receipt}."), receipt=address("receipt")),
        "can_change": _("You can change it until voting ends; the last ballot of each wallet counts."),
        "shown_later": sentence(
            N_("On Discord, {status} shows it, and after the result {receipt} proves that it was counted."),
            status=command("/vote status"),
            receipt=command("/vote receipt"),
        ),
        "sign_with_another": _("Sign with another wallet too"),
        "change": _("Change my ballot"),
    }


def stored_ballots(proposal: Proposal, ballots: Sequence[Ballot]) -> Html:
    """Return the ballots that count, so that whoever comes back sees what was stored; nothing if there are none."""
    if not ballots:
        return NOTHING
    return fragment("voting/stored_ballots.html").fill(
        title=_("Your ballot as it is stored"),
        ballots=join(_stored(proposal, ballot) for ballot in ballots),
        counts_until=_("It counts until you sign another; the last one of each wallet counts."),
    )


def _stored(proposal: Proposal, ballot: Ballot) -> Html:
    told = sentence(
        N_("{mark}, signed by {wallet}, {time}"),
        mark=fragment("shared/inline/bold.html").fill(text=ballot_form.words(proposal, ballot.mark)),
        wallet=fragment("shared/inline/code.html").fill(text=short(ballot.wallet)),
        time=moment(ballot.cast_at),
    )
    return fragment("voting/stored_ballot.html").fill(told=told)
