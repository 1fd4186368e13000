"""What is missing, not allowed, not set up, or not possible now, in words."""

from __future__ import annotations

from bot.domain.shared.errors import NotAllowed, NotConfigured, NotFound, WrongState
from bot.domain.shared.errors.kinds import EDITING, Reserved, ServerSetting, Step, Thing
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote

THINGS = {
    Thing.BALLOT: N_("ballot"),
    Thing.BUNDLE: N_("bundle of proposal"),
    Thing.BUNDLE_PART: N_("part"),
    Thing.CAMPAIGN: N_("campaign"),
    Thing.COUNTED_PROPOSAL: N_("counted proposal"),
    Thing.LOG_ENTRY: N_("entry of the log"),
    Thing.OWN_VOTE: N_("vote of yours"),
    Thing.OWN_WALLET: N_("wallet of yours"),
    Thing.PROPOSAL: N_("proposal"),
    Thing.PROPOSAL_WITH_SIGNED_BALLOTS: N_("proposal that takes signed ballots"),
    Thing.RULE: N_("rule"),
    Thing.SERVER: N_("server"),
    Thing.SPACE: N_("space"),
    Thing.VERSION: N_("version"),
    Thing.WALLET: N_("wallet"),
    Thing.WATCHED_TREASURY: N_("watched treasury"),
}
SETTINGS = {
    ServerSetting.VOTING_POWER: N_("voting power"),
    ServerSetting.PROPOSALS_CHANNEL: N_("the channel for proposals"),
    ServerSetting.DISCUSSION_THREAD: N_("a thread for this proposal"),
    ServerSetting.WEB_PAGES: N_("a web page"),
    ServerSetting.VOTING: N_("voting"),
    ServerSetting.WALLET_LINKING: N_("the linking of wallets"),
}
COMMANDS = {
    ServerSetting.VOTING_POWER: "/config strategies",
    ServerSetting.PROPOSALS_CHANNEL: "/config channels",
    ServerSetting.DISCUSSION_THREAD: "/config show",
    ServerSetting.VOTING: "/config cogs",
    ServerSetting.WALLET_LINKING: "/config cogs",
}
"""The commands with which moderators set each; only the bot's operator sets what is not listed."""
RESERVED = {
    Reserved.AUTHOR_SUBMITS: N_("Only its author can submit a proposal."),
    Reserved.AUTHOR_EDITS: N_("Only its author can change what a proposal says."),
    Reserved.AUTHOR_WITHDRAWS: N_("Only its author can withdraw a proposal; a moderator uses /proposal delete."),
    Reserved.AUTHOR_DISCARDS: N_("Only its author can discard a proposal."),
    Reserved.MODERATOR_DELETES: N_("Only a moderator can delete a proposal."),
    Reserved.MODERATOR_TAKES_BACK_WHAT_IS_VOTED_ON: N_(
        "Only a moderator can take back what members have voted on, with /proposal delete."
    ),
    Reserved.MODERATOR_COUNTS_BEFORE_THE_CHAIN: N_(
        "Only a moderator can have a vote counted whose chain stands still."
    ),
    Reserved.MEMBER_OR_MODERATOR_RECUSES: N_("Only the member or a moderator can take a member out of a vote."),
    Reserved.SIGNER_MOVES_WALLET: N_("Only whoever has signed the text can move a wallet."),
    Reserved.HIGHER_ROLE_HAS_ROLE_GIVEN: N_("Only somebody with a role above that one can have me give it."),
    Reserved.HIGHER_ROLE_HAS_ROLE_TAKEN: N_(
        "Only somebody with a role above that one can have me take it from everybody."
    ),
}
STATES = {
    "draft": N_("still a draft"),
    "pending": N_("pending"),
    "voting": N_("being voted on"),
    "closing": N_("closing"),
    "closed": N_("closed"),
    "held": N_("waiting for its count"),
    "withdrawn": N_("withdrawn"),
    EDITING: N_("being edited"),
}
STEPS = {
    Step.SUBMIT: N_("Proposal #{number} is {state}, so you can't submit it."),
    Step.ANNOUNCE: N_("Proposal #{number} is {state}, so you can't announce it."),
    Step.READ_POWER: N_("Proposal #{number} is {state}, so voting power for it can't be read."),
    Step.EDIT: N_("Proposal #{number} is {state}, so you can't edit it."),
    Step.WITHDRAW: N_("Proposal #{number} is {state}, so you can't withdraw it."),
    Step.DISCARD: N_("Proposal #{number} is {state}, so you can't discard it."),
    Step.DELETE: N_("Proposal #{number} is {state}, so you can't delete it."),
    Step.RECUSE_ANYBODY: N_("Proposal #{number} is {state}, so you can't recuse anybody from it."),
    Step.RECUSE_ONESELF: N_("Proposal #{number} is {state}, so you can't recuse yourself from it."),
    Step.COUNT: N_("Proposal #{number} is {state}, so you can't have the votes counted on it."),
}


def not_found(error: NotFound, quote: Quote) -> str:
    """Return what does not exist, and the next step."""
    if not error.key:
        return _(
            "There is no {thing} here that you can see. Next: /help shows what you can do here.",
            thing=_(THINGS[error.what]),
        )
    return _(
        "There is no {thing} {key} here that you can see. Next: check it, or choose from the list that appears while "
        "you type.",
        thing=_(THINGS[error.what]),
        key=quote(error.key),
    )


def not_allowed(error: NotAllowed) -> str:
    """Return who alone may do it, and the next step."""
    return _("{who} Nothing was changed. Next: ask them.", who=_(RESERVED[error.reserved]))


def not_configured(error: NotConfigured) -> str:
    """Return what has to be set first, and by whom."""
    what = _(SETTINGS[error.setting])
    if command := COMMANDS.get(error.setting):
        return _(
            "This server has not set {setting} yet, so it can't be done. Next: a moderator uses {command}.",
            setting=what,
            command=command,
        )
    return _(
        "This bot has no web pages, so it can't be done. Next: its operator sets {setting}.", setting="web.base_url"
    )


def wrong_state(error: WrongState) -> str:
    """Return a proposal's state, what is not possible in it, and the next step."""
    return _(
        "{what} Next: /proposal view {number} shows where it stands.",
        what=_(STEPS[error.step], number=error.number, state=_(STATES[error.state])),
        number=error.number,
    )
