"""What a visitor is told when something does not go: what happened, and the next step."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.shared import errors as e
from bot.domain.shared.addresses import short
from bot.domain.shared.errors.kinds import Thing
from bot.domain.wallets.signature_flaw import Flaw
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.invalid_input import input_refusal
from bot.presentation.refusals.kinds import COMMANDS, SETTINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`kind` is for our own scripts. `over` says that this page is of no more use."""

    status: int
    kind: str
    what: str
    then: str
    over: bool = False


UNFORESEEN = Problem(
    status=500,
    kind="unforeseen",
    what="Something went wrong on our side.",
    then="Try again in a minute. If it lasts, tell a moderator of your server.",
)
_AFRESH = "Go back to Discord and ask for a fresh address there, with the command that gave you this one."
_TICKET = {
    "expired": "This address has expired: each is good for ten minutes, and longer only for what a contract wallet's "
    "owners began to sign there.",
    "used": "This address was used already: each is good once.",
    "unknown": "This address is not one that the bot gave to anybody, or it is long over.",
}
_HTTP = {
    400: ("The request could not be read.", "Go back and try again."),
    403: ("The request did not come from this page.", "Open the address that the bot gave you, and begin there."),
    404: (
        "There is no such page here, or it is private.",
        "Check the address. On Discord, /proposal list shows proposals; moderators decide whether they are shown here.",
    ),
    405: ("That is not how this page is used.", "Open the address that the bot gave you, and begin there."),
    408: ("The request took too long to arrive.", "Try again."),
    413: ("What was sent is larger than anything this page needs.", "Go back and try again."),
    415: ("What was sent is not what this page sends.", "Open the address that the bot gave you, and begin there."),
    503: ("This cannot be made just now.", "Try again in a minute."),
    429: ("That was asked too often.", "Wait a minute, then try again."),
}


def of_status(status: int) -> Problem:
    """Return the words for a status of HTTP."""
    if status not in _HTTP:
        return UNFORESEEN
    what, then = _HTTP[status]
    return Problem(status=status, kind="http", what=what, then=then)


_NOT_TOLD: dict[type[e.FolkmootError], str] = {
    e.ClocksDiffer: "The clocks of the bot and of the chain differ, so it can't be told whether voting is open.",
    e.RolesUnknown: "Discord does not say just now which roles you have, and only some vote here.",
}


def of_error(error: e.FolkmootError) -> Problem:  # noqa: PLR0911 - one a kind
    """Return the words for what a service refused or could not find out."""
    match error:
        case e.TicketUnusable(reason=reason):
            status = 404 if reason == "unknown" else 410
            return Problem(status=status, kind=reason, what=_TICKET[reason], then=_AFRESH, over=True)
        case e.ChallengeUnusable():
            return _refused("text", "This can't be signed any more.", "Choose your wallet again for a fresh text.")
        case e.WalletTaken(address=address):
            return _refused(
                "taken",
                f"{short(address)} is linked to another member of this server, and a wallet votes once.",
                "It can move to you once you have proved it: begin again on this page.",
            )
        case e.SignatureRejected():
            return _rejected(error)
        case e.NotConfigured(setting=setting):
            return _refused(
                "off",
                _("This server has {setting} switched off.", setting=_(SETTINGS[setting])),
                _("A moderator switches it on again with {command}.", command=COMMANDS.get(setting, "/config show")),
            )
        case e.InvalidInput():
            refusal = input_refusal(error, str)  # text is escaped where it becomes markup
            return _refused("input", refusal.what, refusal.next_step)
        case e.StorageUnavailable(fault=fault):
            return _of_storage(fault)
        case e.ClocksDiffer() | e.RolesUnknown():
            return Problem(
                status=503,
                kind="unavailable",
                what=_NOT_TOLD[type(error)],
                then="Nothing was recorded. Try again in a minute. If it lasts, tell a moderator of your server.",
            )
        case e.Unavailable():
            return Problem(
                status=503,
                kind="unavailable",
                what="A blockchain could not be read just now, so nothing was changed.",
                then="Try again in a minute. If it lasts, tell a moderator of your server.",
            )
        case _:
            return _of_ballot(error)


def _of_storage(fault: e.StorageFault) -> Problem:
    what, then = (
        "The bot's database does not work just now, so nothing was recorded. Its operator has been told.",
        "Try again in a few minutes; doing it twice does no harm. If it lasts, tell a moderator.",
    )
    if fault is e.StorageFault.IN_DOUBT:
        what = "The bot's database did not say whether it stored this: it may be recorded, or not."
        then = "Look in Discord whether it is there (a vote with /vote receipt); if it is not, do it again."
    return Problem(status=503, kind="storage", what=what, then=then)


def _of_ballot(error: e.FolkmootError) -> Problem:  # noqa: PLR0911 - one a kind
    match error:
        case e.NotVoting():
            return Problem(
                status=409,
                kind="over",
                what="Voting is not open on this proposal now.",
                then="/proposal view on Discord shows where it stands.",
                over=True,
            )
        case e.NoVoter():
            return _refused(
                "over",
                "Only members with certain roles vote on this proposal, and you have none of them now.",
                "/proposal view on Discord names the roles.",
            )
        case e.NoWallet():
            return _refused("over", "No wallet is linked to your account here.", "On Discord, /wallet link begins it.")
        case e.NotFound(what=Thing.OWN_WALLET):
            return _refused(
                "wallet",
                "That wallet is not linked to your account in this server.",
                "Choose another one, or link it first: /wallet link on Discord.",
            )
        case e.NoPower(symbol=symbol, block=block, powers=powers):
            unsure = any(not power.confirmed for power in powers)
            return _refused(
                "wallet",
                f"That wallet has no voting power in {symbol} at block {block.number:,}, where power is read."
                + (" One provider alone says so; no second one confirmed it." if unsure else ""),
                "Choose another wallet. /power on Discord shows what yours give you."
                if not unsure
                else "If it should be otherwise, try again in a few minutes: it is read again then.",
            )
        case e.Recused():
            return _refused("wallet", "You, or that wallet, take no part in this vote.", "/vote status says why.")
        case _:
            return _refused("refused", "That can't be done.", "Go back to Discord and try it there.")


def _rejected(error: e.SignatureRejected) -> Problem:
    """Return the words for a signature that proves nothing; for a wallet that is a contract, what it lacks."""
    wallet, chain = short(error.expected) if error.expected else "that wallet", error.asked or "its chain"
    if error.flaw is Flaw.DISPUTED:
        return _refused(
            "contract",
            f"The contract at {wallet} on {chain} accepts that signature, but the one at the same address on "
            f"{' and '.join(error.elsewhere) or 'another chain'} does not.",
            "Whoever controls one need not control the other, and tokens on both would count. Use another wallet, such "
            "as an account to which this one delegates.",
        )
    if error.flaw is Flaw.DELEGATED:
        there = " and ".join(error.elsewhere)
        return _refused(
            "account",
            f"The key of {wallet} did not sign. The code to which that account is delegated on {chain} says yes, but "
            + (f"on {there} it does not." if there else "it says yes to everything, whoever signed."),
            "Sign with the account's own key: choose it in a wallet that holds that key, then try again.",
        )
    if error.elsewhere:
        there = " and ".join(error.elsewhere)
        return _refused(
            "network",
            f"No contract stands at {wallet} on {chain}, but one does on {there}.",
            "If it is a contract wallet such as a Safe, switch your wallet to that network, then choose it again.",
        )
    if error.flaw in (Flaw.REFUSED, Flaw.FAILED):
        return _refused(
            "contract",
            f"The contract at {wallet} on {chain} does not accept that signature.",
            "As many owners as it asks for have to sign this very text. Collect their signatures, then try again.",
        )
    if error.signer is not None and error.expected is not None:
        return _refused(
            "account",
            f"That was signed by {short(error.signer)}, not by {wallet}.",
            "Choose the right account in your wallet, then try again.",
        )
    return _refused(
        "signature",
        "What the wallet answered does not prove that it is yours.",
        "Try again. A contract wallet such as a Safe must stand on a chain that this server reads.",
    )


def _refused(kind: str, what: str, then: str) -> Problem:
    return Problem(status=409, kind=kind, what=what, then=then)
