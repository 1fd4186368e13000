"""The sentences to moderators about roles, chains and announcements, by kind."""

from __future__ import annotations

from bot.domain.announcements.announcement import Topic
from bot.domain.announcements.delivery_fault import DeliveryFault
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.errors import ChainFault
from bot.presentation.catalogue.messages import N_

TROUBLES = {
    Trouble.GONE: N_("the role is gone"),
    Trouble.EVERYBODY: N_("everybody has the role"),
    Trouble.MANAGED: N_("another service manages the role"),
    Trouble.POWERFUL: N_("the role gives power over the server"),
    Trouble.ABOVE_ME: N_("the role is not below mine"),
    Trouble.NOT_ALLOWED: N_("I may not manage roles"),
    Trouble.REFUSED: N_("Discord refuses it"),
}
REMEDIES = {
    Trouble.GONE: N_("Take the rule away with /roles remove, and make one for another role."),
    Trouble.EVERYBODY: N_("Take the rule away with /roles remove, and make one for another role."),
    Trouble.MANAGED: N_("Take the rule away with /roles remove, and make one for a role of your own."),
    Trouble.POWERFUL: N_("Take those permissions from the role, or the rule away with /roles remove."),
    Trouble.ABOVE_ME: N_("In the server's settings, under Roles, drag my own role above it."),
    Trouble.NOT_ALLOWED: N_("Give my own role the permission Manage Roles."),
    Trouble.REFUSED: N_("Check that I have Manage Roles, and that my own role is above it; I try again by myself."),
}
FAULTS = {
    ChainFault.UNREACHABLE: N_("unreachable"),
    ChainFault.RATE_LIMITED: N_("rate limited"),
    ChainFault.UNAUTHORIZED: N_("unauthorized"),
    ChainFault.NEEDS_ARCHIVE: N_("needs archive"),
    ChainFault.LAGGING: N_("lagging"),
    ChainFault.TOO_LARGE: N_("too large"),
    ChainFault.WRONG_CHAIN: N_("wrong chain"),
    ChainFault.NO_FINALITY: N_("no finalized block"),
    ChainFault.DISAGREEMENT: N_("endpoints disagree"),
    ChainFault.BAD_ANSWER: N_("bad answer"),
    ChainFault.NOT_CONFIGURED: N_("not configured"),
}
DELIVERIES = {
    DeliveryFault.CHANNEL_GONE: N_("the channel {channel} does not exist any more."),
    DeliveryFault.OUT_OF_SIGHT: N_("Discord lets me neither see nor write in {channel}."),
    DeliveryFault.OTHER_SERVER: N_("{channel} is not a channel of this server."),
    DeliveryFault.NO_MESSAGES: N_("{channel} is not a channel for messages."),
    DeliveryFault.THREAD_LOCKED: N_("the thread {channel} is locked and I may not open it (Manage Threads)."),
    DeliveryFault.LACKING: N_("in {channel} I lack: {detail}."),
    DeliveryFault.REFUSED: N_("Discord refuses what I want to post in {channel} (code {detail})."),
}
"""Why an announcement can't be posted in its channel."""
TOPICS = {
    str(Topic.PROPOSAL_CARD): N_("proposal card"),
    str(Topic.PROPOSAL_CHANGED): N_("proposal changed"),
    str(Topic.PROPOSAL_OPENED): N_("proposal opened"),
    str(Topic.PROPOSAL_RESULT): N_("proposal result"),
    str(Topic.BUNDLE_PART): N_("part of a bundle"),
    str(Topic.PROPOSAL_WITHDRAWN): N_("proposal withdrawn"),
    str(Topic.REASON): N_("reason of a voter"),
    str(Topic.RECUSAL): N_("recusal"),
    str(Topic.MILESTONE): N_("milestone"),
    str(Topic.MILESTONE_CORRECTED): N_("milestone corrected"),
    str(Topic.LOG_HEAD): N_("head of the audit log"),
    str(Topic.TAKEN_DOWN): N_("message taken down"),
    str(Topic.NOTICE): N_("moderators' notice"),
    str(Topic.WALLET_MOVED): N_("wallet moved"),
}


def reached(fault: str) -> ChainFault:
    """Return a chain's fault by its name, as notices store it."""
    return ChainFault[fault]
