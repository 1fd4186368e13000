"""What the services ask of the world: time, chains, storage, a voice."""

from __future__ import annotations

from bot.domain.shared.endpoint_confirmation import Alone, Confirmation
from bot.ports.announcements import Announcer, OutboxRepository, Undeliverable, Undelivered
from bot.ports.audit import LogRepository, PersonRepository
from bot.ports.bundles import BundleRepository
from bot.ports.clock_and_chains import ChainReader, Clock
from bot.ports.contract_events import DelegationIndex, DelegationRepository, EventRecords
from bot.ports.proposals_and_votes import (
    BallotRepository,
    MemberDelegationRepository,
    ProposalRepository,
    VersionRepository,
)
from bot.ports.roles import MemberGone, RoleKeeper, RoleRefused, RoleRepository
from bot.ports.spaces_and_wallets import SharedSigningRepository, SpaceRepository, TicketRepository, WalletRepository
from bot.ports.treasury import FundingRepository
from bot.ports.unit_of_work import Repositories, Store

__all__ = [
    "Alone",
    "Announcer",
    "BallotRepository",
    "BundleRepository",
    "ChainReader",
    "Clock",
    "Confirmation",
    "DelegationIndex",
    "DelegationRepository",
    "EventRecords",
    "FundingRepository",
    "LogRepository",
    "MemberDelegationRepository",
    "MemberGone",
    "OutboxRepository",
    "PersonRepository",
    "ProposalRepository",
    "Repositories",
    "RoleKeeper",
    "RoleRefused",
    "RoleRepository",
    "SharedSigningRepository",
    "SpaceRepository",
    "Store",
    "TicketRepository",
    "Undeliverable",
    "Undelivered",
    "VersionRepository",
    "WalletRepository",
]
