"""What the services ask of the world: time, chains, storage, a voice."""

from __future__ import annotations

from bot.domain.shared.endpoint_confirmation import Alone, Confirmation
from bot.ports.announcements import Announcer, OutboxRepository, Undeliverable, Undelivered
from bot.ports.audit import BundleRepository, LogRepository, PersonRepository
from bot.ports.clock_and_chains import ChainReader, Clock
from bot.ports.contract_events import ContractEventRepository, EventRecords
from bot.ports.delegation import DelegationIndex, DelegationRepository, MemberDelegationRepository
from bot.ports.proposals import ProposalRepository, VersionRepository
from bot.ports.roles import GuildRoles, MemberGone, RoleRefused, RoleRepository
from bot.ports.spaces import SpaceRepository
from bot.ports.treasury import TreasuryRepository
from bot.ports.unit_of_work import Repositories, Store
from bot.ports.voting import BallotRepository
from bot.ports.wallets import LinkTeller, SharedSigningRepository, TicketRepository, WalletRepository

__all__ = [
    "Alone",
    "Announcer",
    "BallotRepository",
    "BundleRepository",
    "ChainReader",
    "Clock",
    "Confirmation",
    "ContractEventRepository",
    "DelegationIndex",
    "DelegationRepository",
    "EventRecords",
    "GuildRoles",
    "LinkTeller",
    "LogRepository",
    "MemberDelegationRepository",
    "MemberGone",
    "OutboxRepository",
    "PersonRepository",
    "ProposalRepository",
    "Repositories",
    "RoleRefused",
    "RoleRepository",
    "SharedSigningRepository",
    "SpaceRepository",
    "Store",
    "TicketRepository",
    "TreasuryRepository",
    "Undeliverable",
    "Undelivered",
    "VersionRepository",
    "WalletRepository",
]
