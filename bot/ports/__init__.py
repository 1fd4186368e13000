"""What the services ask of the world: time, chains, storage, a voice."""

from __future__ import annotations

from bot.domain.confirmation import Alone, Confirmation
from bot.ports.bundles import BundleBook
from bot.ports.events import DelegationBook, DelegationIndex, EventRecords
from bot.ports.funding import FundingBook
from bot.ports.proof import LogBook, PersonBook
from bot.ports.roles import MemberGone, RoleBook, RoleKeeper, RoleRefused
from bot.ports.spaces import SharedSigningBook, SpaceBook, TicketBook, WalletBook
from bot.ports.store import Books, Store
from bot.ports.voice import Announcer, OutboxBook, Undeliverable, Undelivered
from bot.ports.votes import BallotBook, MandateBook, ProposalBook, VersionBook
from bot.ports.world import ChainReader, Clock

__all__ = [
    "Alone",
    "Announcer",
    "BallotBook",
    "Books",
    "BundleBook",
    "ChainReader",
    "Clock",
    "Confirmation",
    "DelegationBook",
    "DelegationIndex",
    "EventRecords",
    "FundingBook",
    "LogBook",
    "MandateBook",
    "MemberGone",
    "OutboxBook",
    "PersonBook",
    "ProposalBook",
    "RoleBook",
    "RoleKeeper",
    "RoleRefused",
    "SharedSigningBook",
    "SpaceBook",
    "Store",
    "TicketBook",
    "Undeliverable",
    "Undelivered",
    "VersionBook",
    "WalletBook",
]
