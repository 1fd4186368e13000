"""Where something is wrong: the fields of forms, options and lists, by names of our own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What a member, a moderator or a page filled in or chose."""

    ACCOUNT = "account"
    ADDRESS = "address"
    AMOUNT = "amount"
    APPROVAL = "approval"
    APPROVAL_OF = "approval_of"
    BALLOTS = "ballots"
    BODY = "body"
    CAMPAIGN = "campaign"
    CAMPAIGNS = "campaigns"
    CHAIN = "chain"
    CHANNEL = "channel"
    CHANNELS = "channels"
    CHOICE = "choice"
    CHOICES = "choices"
    DEADLINE = "deadline"
    DELAY = "delay"
    DELEGATE = "delegate"
    DISCUSSION = "discussion"
    DRAFTS = "drafts"
    END = "end"
    FILE = "file"
    HEAD = "head"
    LABEL = "label"
    LINKED_WALLETS_SHARE = "share_of_the_linked_wallets"
    MESSAGE = "message"
    MINIMUM = "minimum"
    MINIMUM_POWER = "minimum_power"
    NAME = "name"
    NETWORK = "network"
    PARAMS = "params"
    PART = "part"
    PARTIAL = "partial"
    PERIOD = "period"
    PROPOSAL = "proposal"
    PROPOSERS = "proposers"
    PUBLIC = "public"
    QUORUM = "quorum"
    QUORUM_COUNTS = "quorum_counts"
    QUORUM_OF = "quorum_of"
    RANKING = "ranking"
    REASON = "reason"
    ROLE = "role"
    ROLES = "roles"
    RULE = "rule"
    RULES = "rules"
    SIGNATURE = "signature"
    SPACE = "space"
    STARS = "stars"
    STRATEGIES = "strategies"
    STRATEGY_LIST = "strategy_list"
    SUMMARY = "summary"
    SUPPLY_SHARE = "share_of_the_supply"
    TARGETS = "targets"
    TESTS = "tests"
    TEXT = "text"
    THRESHOLD = "threshold"
    TITLE = "title"
    TOKEN = "token"  # noqa: S105 - of a chain
    TREASURY = "treasury"
    WALLET = "wallet"
    WEIGHTS = "weights"


class Entry(StrEnum):
    """What has numbers, from 1 on."""

    STRATEGY = "strategy"
    TEST = "test"
    TARGET_LINE = "target line"
    AMOUNT_LINE = "amount line"
    CHOICE_WEIGHT = "weight of choice"


@dataclass(frozen=True, slots=True)
class Numbered:
    """Entry `number` of several."""

    entry: Entry
    number: int

    def __str__(self) -> str:
        return f"{self.entry} {self.number}"


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a strategy by its path in Snapshot's JSON, as `address` or `strategies 2`."""

    path: str

    def __str__(self) -> str:
        return f"params.{self.path}"


@dataclass(frozen=True, slots=True)
class Within:
    """A field inside another; `kind` is what the outer one is, as the name of its strategy."""

    outer: AnyField
    inner: AnyField
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.outer} ({self.kind}) {self.inner}" if self.kind else f"{self.outer} {self.inner}"


AnyField = Field | Param | Numbered | Within
