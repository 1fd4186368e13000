"""What can go wrong, as facts; `cogs/general/error_messages.py` and `bot/presentation/refusals` have the words.

FolkmootError
├── Refused                     the member's request cannot be granted; nothing was changed
│   ├── InvalidInput            a field holds what it must not; `faults` has the kinds of what is wrong with it
│   ├── NotFound                no such proposal, campaign, wallet, watch, challenge
│   ├── NotAllowed              the person may not do this
│   ├── NotConfigured           a moderator has to set something first
│   ├── CannotPropose           neither a proposer role nor enough power
│   ├── NoWallet                the member has linked none
│   ├── NoPower                 every linked wallet has exactly zero at the snapshot
│   ├── NoVoter                 the member has none of the roles that vote here
│   ├── Recused                 the member, or the wallets, take no part in this vote
│   ├── NotVoting               the voting window is not open now
│   ├── SignatureNeeded         the vote takes ballots that their wallets sign, and no others
│   ├── NotCounted              there is no result yet
│   ├── WrongState              the proposal is past (or before) the step asked for
│   ├── TextChanged             somebody changed the text since it was read
│   ├── WalletTaken             another member of this guild holds the wallet that was proved
│   ├── ChallengeUnusable       expired, used, or issued to somebody else
│   ├── TicketUnusable          a web address that is expired, used, or unknown
│   ├── SignatureRejected       malformed, made by another wallet, or refused by the contract that the wallet is
│   ├── DelegationCircle        the delegate's power comes back to the delegator
│   ├── UnknownStrategy         not among those supported
│   └── PowerUndefined          a strategy's formula has no result for a wallet
└── Unavailable                 could not be found out now; trying again may help; nothing was decided
    ├── ChainUnavailable        a chain could not be read; says why in one of a few kinds
    ├── UnfitBlock              the newest final block is too old, or ahead of the clock, for a vote to stand on
    ├── PowerUnknown            the power of some wallets could not be read
    ├── StorageUnavailable      the database took or gave nothing; says why in one of a few kinds
    ├── RolesUnknown            which roles a member has could not be asked of Discord
    └── ClocksDiffer            the clocks that could tell whether voting is open are far apart
"""

from __future__ import annotations

from bot.domain.shared.errors.bases import FolkmootError, Refused, Unavailable
from bot.domain.shared.errors.refused import (
    CannotPropose,
    ChallengeUnusable,
    DelegationCircle,
    InvalidInput,
    NoPower,
    NotAllowed,
    NotConfigured,
    NotCounted,
    NotFound,
    NotVoting,
    NoVoter,
    NoWallet,
    PowerUndefined,
    Recused,
    SignatureNeeded,
    SignatureRejected,
    TextChanged,
    TicketUnusable,
    UnknownStrategy,
    WalletTaken,
    WrongState,
)
from bot.domain.shared.errors.unavailable import (
    ChainFault,
    ChainUnavailable,
    ClocksDiffer,
    PowerUnknown,
    RolesUnknown,
    StorageFault,
    StorageUnavailable,
    UnfitBlock,
)

__all__ = [
    "CannotPropose",
    "ChainFault",
    "ChainUnavailable",
    "ChallengeUnusable",
    "ClocksDiffer",
    "DelegationCircle",
    "FolkmootError",
    "InvalidInput",
    "NoPower",
    "NoVoter",
    "NoWallet",
    "NotAllowed",
    "NotConfigured",
    "NotCounted",
    "NotFound",
    "NotVoting",
    "PowerUndefined",
    "PowerUnknown",
    "Recused",
    "Refused",
    "RolesUnknown",
    "SignatureNeeded",
    "SignatureRejected",
    "StorageFault",
    "StorageUnavailable",
    "TextChanged",
    "TicketUnusable",
    "Unavailable",
    "UnfitBlock",
    "UnknownStrategy",
    "WalletTaken",
    "WrongState",
]
