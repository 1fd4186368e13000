"""Why a count waits, and whose power it corrected, in words for moderators."""

from __future__ import annotations

from bot.domain.announcements.moderator_notice import Cause, CountWaits, PowerCorrected, WaitingReason
from bot.domain.shared.addresses import short
from bot.domain.shared.types import Address
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.discord_inlines import escaped
from bot.presentation.markdown.safe_text import cut, isolated, visible

WAITING = {
    WaitingReason.NOT_PAST: N_("the newest block of its chain is not later than the end of voting"),
    WaitingReason.GONE: N_("its chain does not have the block (any more) at which the power is read"),
    WaitingReason.UNREAD: N_("the power of a voter could not be read"),
    WaitingReason.DIFFERS: N_(
        "the power read now differs from the power the ballots were cast with, and one provider alone says so"
    ),
    WaitingReason.SUPPLY_DIFFERS: N_(
        "the token supply read now is another than the one that its rules took a share of"
    ),
    WaitingReason.LINKED_DIFFERS: N_(
        "the power of a linked wallet read now is another than in the total that its rules took a share of"
    ),
    WaitingReason.RECUSED_DIFFERS: N_(
        "the power of a recused wallet read now is another than the one that was taken out of the vote"
    ),
    WaitingReason.FAILED: N_("it failed for a reason that the bot's log explains"),
}
_SYMBOL = 40
"""Signs of what a token calls itself."""
_AGAIN = N_("Nothing is lost; it is tried again by itself. {rest}")
_DELETE = N_("If it can't be helped, a moderator may take the proposal back with /proposal delete.")
_WHOLE = N_(
    "It is counted once the chain's endpoints say again what they said then (see folkmoot check). If that was false, "
    "remove the proposal with /proposal delete, and submit it anew."
)
REMEDIES = {
    WaitingReason.NOT_PAST: N_(
        "Until the chain is past the end, votes are taken by Discord's clock. Check the clock of the machine on which "
        "the bot runs. If that is right, the chain stands still, or its endpoints lag. An hour after the end a "
        "moderator may use /proposal count, or /proposal delete."
    ),
    WaitingReason.UNREAD: N_(
        "A token's contract gave no answer for a wallet that voted. If it can't be helped, a moderator may take the "
        "proposal back with /proposal delete."
    ),
    WaitingReason.DIFFERS: N_(
        "If it says the same for 5 minutes, that counts, and you are told whose power it was. A second RPC endpoint "
        "for the chain settles it at once."
    ),
    WaitingReason.SUPPLY_DIFFERS: _WHOLE,
    WaitingReason.LINKED_DIFFERS: _WHOLE,
    WaitingReason.RECUSED_DIFFERS: _WHOLE,
    WaitingReason.FAILED: N_(
        "Whoever runs the bot finds the reason in its log. If it can't be helped, a moderator may take the proposal "
        "back with /proposal delete."
    ),
}


def count_waits(fact: CountWaits) -> tuple[str, str]:
    """Return why a count waits, and the remedy."""
    known = next((reason for reason in WaitingReason if reason == fact.reason), None)
    problem = _(
        "The count of proposal #{number} waits: {reason}.",
        number=fact.number,
        reason=waiting_words(fact.reason),
    )
    if known is WaitingReason.GONE:
        return problem, _("It is never counted on that block: remove it with /proposal delete, and submit it anew.")
    if known is not None:
        return problem, _(_AGAIN, rest=_(REMEDIES[known]))
    if fact.cause == Cause.NO_RESULT:
        return problem, _(
            "Trying again won't help: a formula has no result for a wallet that voted. {rest}", rest=_(_DELETE)
        )
    if fact.cause == Cause.ENDPOINTS_DIFFER:
        rest = _("Of two endpoints that differ none decides; a third one settles it. {rest}", rest=_(_DELETE))
        return problem, _(_AGAIN, rest=rest)
    return problem, _(_AGAIN, rest=_("If it lasts, check the chain's RPC endpoints. {rest}", rest=_(_DELETE)))


def power_corrected(fact: PowerCorrected) -> tuple[str, str]:
    """Return whose power a count corrected, and what is to be done."""
    wallets = [line.split() for line in fact.wallets.splitlines()]
    named = "; ".join(
        _("{wallet}: {after} instead of {before}", wallet=short(Address(wallet)), after=after, before=before)
        for wallet, after, before in wallets
    )
    if rest := fact.votes - len(wallets):
        named = ngettext("{named}, and {number} more", "{named}, and {number} more", rest, named=named)
    problem = ngettext(
        "At the count of proposal #{proposal}, {number} of its votes had another power than it was cast with, in "
        "{symbol}. {named}.",
        "At the count of proposal #{proposal}, {number} of its votes had another power than they were cast with, in "
        "{symbol}. {named}.",
        fact.votes,
        proposal=fact.number,
        symbol=isolated(escaped(cut(visible(fact.symbol), _SYMBOL))),
        named=named,
    )
    return problem, _(
        "The result counts what was read at the count; nothing is left to do for it. One of the chain's RPC endpoints "
        "told something else when these members voted: check them with folkmoot check."
    )


def waiting_words(reason: str) -> str:
    """Return a stored reason for which a count waits, in the current language; an error's text stays as it is."""
    known = next((one for one in WaitingReason if one == reason), None)
    return _(WAITING[known]) if known else reason
