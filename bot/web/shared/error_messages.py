"""What a visitor is told when something fails: what happened, and the next step."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.shared import errors as e
from bot.domain.shared.addresses import short
from bot.domain.shared.errors.kinds import Thing
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.invalid_input import input_refusal
from bot.presentation.refusals.kinds import COMMANDS, SETTINGS
from bot.web.shared.signature_messages import rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`kind` is for our own scripts. `over` says that nothing more can be done on this page."""

    status: int
    kind: str
    what: str
    then: str
    over: bool = False


_LATER = N_("Try again in a minute. If it lasts, tell a moderator of your server.")
_TICKET = {
    "expired": N_(
        "This address has expired: each is good for ten minutes, and longer only for what a contract wallet's owners "
        "began to sign there."
    ),
    "used": N_("This address was used already: each is good once."),
    "unknown": N_("This address is not one that the bot gave to anybody, or it is long over."),
}
_BEGIN = N_("Open the address that the bot gave you, and begin there.")
_HTTP = {
    400: (N_("The request could not be read."), N_("Go back and try again.")),
    403: (
        N_("The request did not come from this page."),
        _BEGIN,
    ),
    404: (
        N_("There is no such page here, or it is private."),
        N_(
            "Check the address. On Discord, /proposal list shows proposals; moderators decide whether they are shown "
            "here."
        ),
    ),
    405: (N_("That is not how this page is used."), _BEGIN),
    408: (N_("The request took too long to arrive."), N_("Try again.")),
    413: (N_("What was sent is larger than anything this page needs."), N_("Go back and try again.")),
    415: (
        N_("What was sent is not what this page sends."),
        _BEGIN,
    ),
    503: (N_("This cannot be made just now."), N_("Try again in a minute.")),
    429: (N_("That was asked too often."), N_("Wait a minute, then try again.")),
}


def of_status(status: int) -> Problem:
    """Return the words for an HTTP status."""
    if status not in _HTTP:
        return unforeseen()
    what, then = _HTTP[status]
    return Problem(status=status, kind="http", what=_(what), then=_(then))


def unforeseen() -> Problem:
    """Return the words for what nobody foresaw."""
    return Problem(status=500, kind="unforeseen", what=_("Something went wrong on our side."), then=_(_LATER))


_NOT_TOLD: dict[type[e.FolkmootError], str] = {
    e.ClocksDiffer: N_("The clocks of the bot and of the chain differ, so it can't be told whether voting is open."),
    e.RolesUnknown: N_("Discord does not say just now which roles you have, and only some vote here."),
}


def of_error(error: e.FolkmootError) -> Problem:  # noqa: PLR0911 - one a kind
    """Return the words for what a service refused or could not find out."""
    match error:
        case e.TicketUnusable(reason=reason):
            status = 404 if reason == "unknown" else 410
            afresh = _("Go back to Discord and ask for a fresh address there, with the command that gave you this one.")
            return Problem(status=status, kind=reason, what=_(_TICKET[reason]), then=afresh, over=True)
        case e.ChallengeUnusable():
            return _refused(
                "text", _("This can't be signed any more."), _("Choose your wallet again for a fresh text.")
            )
        case e.WalletTaken(address=address):
            return _refused(
                "taken",
                _(
                    "{wallet} is linked to another member of this server, and a wallet votes once.",
                    wallet=short(address),
                ),
                _("It can move to you once you have proved it: begin again on this page."),
            )
        case e.SignatureRejected():
            return _refused(*rejected(error))
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
                what=_(_NOT_TOLD[type(error)]),
                then=_("Nothing was recorded. Try again in a minute. If it lasts, tell a moderator of your server."),
            )
        case e.Unavailable():
            return Problem(
                status=503,
                kind="unavailable",
                what=_("A blockchain could not be read just now, so nothing was changed."),
                then=_(_LATER),
            )
        case _:
            return _of_ballot(error)


def _of_storage(fault: e.StorageFault) -> Problem:
    what, then = (
        _("The bot's database does not work just now, so nothing was recorded. Its operator has been told."),
        _("Try again in a few minutes; doing it twice does no harm. If it lasts, tell a moderator."),
    )
    if fault is e.StorageFault.IN_DOUBT:
        what = _("The bot's database did not say whether it stored this: it may be recorded, or not.")
        then = _("Look in Discord whether it is there (a vote with /vote receipt); if it is not, do it again.")
    return Problem(status=503, kind="storage", what=what, then=then)


def _of_ballot(error: e.FolkmootError) -> Problem:  # noqa: PLR0911 - one a kind
    match error:
        case e.NotVoting():
            return Problem(
                status=409,
                kind="over",
                what=_("Voting is not open on this proposal now."),
                then=_("/proposal view on Discord shows where it stands."),
                over=True,
            )
        case e.NoVoter():
            return _refused(
                "over",
                _("Only members with certain roles vote on this proposal, and you have none of them now."),
                _("/proposal view on Discord names the roles."),
            )
        case e.NoWallet():
            return _refused(
                "over", _("No wallet is linked to your account here."), _("On Discord, /wallet link begins it.")
            )
        case e.NotFound(what=Thing.OWN_WALLET):
            return _refused(
                "wallet",
                _("That wallet is not linked to your account in this server."),
                _("Choose another one, or link it first: /wallet link on Discord."),
            )
        case e.NoPower(symbol=symbol, block=block, powers=powers):
            unsure = any(not power.confirmed for power in powers)
            what = _(
                "That wallet has no voting power in {symbol} at block {block}, where power is read.",
                symbol=symbol,
                block=f"{block.number:,}",
            )
            return _refused(
                "wallet",
                f"{what} {_('One provider alone says so; no second one confirmed it.')}" if unsure else what,
                _("Choose another wallet. /power on Discord shows what yours give you.")
                if not unsure
                else _("If it should be otherwise, try again in a few minutes: it is read again then."),
            )
        case e.Recused():
            return _refused("wallet", _("You, or that wallet, take no part in this vote."), _("/vote status says why."))
        case _:
            return _refused("refused", _("That can't be done."), _("Go back to Discord and try it there."))


def _refused(kind: str, what: str, then: str) -> Problem:
    return Problem(status=409, kind=kind, what=what, then=then)
