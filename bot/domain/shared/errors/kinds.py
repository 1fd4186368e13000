"""What errors name: things that are asked for, settings that lack, steps that a proposal takes, and who may do what."""

from __future__ import annotations

from enum import Enum, StrEnum, auto

from bot.domain.shared.errors.bases import Fault


class Thing(StrEnum):
    """What was asked for, and is not there."""

    BALLOT = "ballot"
    BUNDLE = "bundle"
    BUNDLE_PART = "part"
    CAMPAIGN = "campaign"
    COUNTED_PROPOSAL = "counted_proposal"
    LOG_ENTRY = "log_entry"
    OWN_VOTE = "own_vote"
    OWN_WALLET = "own_wallet"
    PROPOSAL = "proposal"
    PROPOSAL_WITH_SIGNED_BALLOTS = "proposal_with_signed_ballots"
    RULE = "rule"
    SERVER = "server"
    SPACE = "space"
    VERSION = "version"
    WALLET = "wallet"
    WATCHED_TREASURY = "watched_treasury"


class ServerSetting(StrEnum):
    """What has to be set, or switched on, first."""

    VOTING_POWER = "voting_power"
    PROPOSALS_CHANNEL = "proposals_channel"
    DISCUSSION_THREAD = "discussion_thread"
    WEB_PAGES = "web_pages"
    VOTING = "voting"
    WALLET_LINKING = "wallet_linking"


class Step(StrEnum):
    """What is done with a proposal in some of its states only."""

    SUBMIT = "submit"
    ANNOUNCE = "announce"
    READ_POWER = "read_power"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    DISCARD = "discard"
    DELETE = "delete"
    RECUSE_ANYBODY = "recuse_anybody"
    RECUSE_ONESELF = "recuse_oneself"
    COUNT = "count"


EDITING = "editing"
"""What a draft is while somebody changes it, besides the states that proposals have."""


class Reserved(Fault, Enum):
    """What only some may do."""

    AUTHOR_SUBMITS = auto()
    AUTHOR_EDITS = auto()
    AUTHOR_WITHDRAWS = auto()
    AUTHOR_DISCARDS = auto()
    MODERATOR_DELETES = auto()
    MODERATOR_TAKES_BACK_WHAT_IS_VOTED_ON = auto()
    MODERATOR_COUNTS_BEFORE_THE_CHAIN = auto()
    MEMBER_OR_MODERATOR_RECUSES = auto()
    SIGNER_MOVES_WALLET = auto()
    HIGHER_ROLE_HAS_ROLE_GIVEN = auto()
    HIGHER_ROLE_HAS_ROLE_TAKEN = auto()
