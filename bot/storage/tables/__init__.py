"""The tables as they are after the newest migration.

Discord's ids need 64 bits; amounts are decimal text, because uint256 needs 256; lists and small structures
are canonical JSON text. `token` is the empty text for a chain's own coin.
"""

from __future__ import annotations

from bot.storage.tables.announcements import outbox
from bot.storage.tables.audit import bundles, log, salts, texts
from bot.storage.tables.base import ROW_ID, counters, metadata
from bot.storage.tables.process_lease import leases
from bot.storage.tables.proposals import cards, proposals
from bot.storage.tables.roles import role_holders, role_rules
from bot.storage.tables.spaces import greetings, spaces
from bot.storage.tables.treasury import campaigns, milestones, readings, watches
from bot.storage.tables.voting import (
    ballots,
    contract_events,
    delegations,
    event_extents,
    mandates,
    power_changes,
    powers,
    votable,
)
from bot.storage.tables.wallets import challenges, moves, shared_signings, tickets, wallets

__all__ = [
    "ROW_ID",
    "ballots",
    "bundles",
    "campaigns",
    "cards",
    "challenges",
    "contract_events",
    "counters",
    "delegations",
    "event_extents",
    "greetings",
    "leases",
    "log",
    "mandates",
    "metadata",
    "milestones",
    "moves",
    "outbox",
    "power_changes",
    "powers",
    "proposals",
    "readings",
    "role_holders",
    "role_rules",
    "salts",
    "shared_signings",
    "spaces",
    "texts",
    "tickets",
    "votable",
    "wallets",
    "watches",
]
