"""What the services ask of the world: time, chains, storage, a voice."""

from __future__ import annotations

from bot.domain.shared.endpoint_confirmation import Alone, Confirmation
from bot.ports.announcements import Announcer, OutboxBook, Undeliverable, Undelivered
from bot.ports.audit import LogBook, PersonBook
from bot.ports.bundles import BundleBook
from bot.ports.clock_and_chains import ChainReader, Clock
from bot.ports.contract_events import DelegationBook, DelegationIndex, EventRecords
from bot.ports.proposals_and_votes import BallotBook, MandateBook, ProposalBook, VersionBook
from bot.ports.roles import MemberGone, RoleBook, RoleKeeper, RoleRefused
from bot.ports.spaces_and_wallets import SharedSigningBook, SpaceBook, TicketBook, WalletBook
from bot.ports.treasury import FundingBook
from bot.ports.unit_of_work import Books, Store

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
