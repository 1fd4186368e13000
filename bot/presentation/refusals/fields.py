"""The names of fields, in sentences that begin with "The …"."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors.fields import AnyField, Entry, Field, Numbered, Param, Within
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote

FIELDS = {
    Field.ACCOUNT: N_("account"),
    Field.ADDRESS: N_("address"),
    Field.AMOUNT: N_("amount"),
    Field.APPROVAL: N_("approval"),
    Field.APPROVAL_OF: N_("option approval_of"),
    Field.BALLOTS: N_("ballots"),
    Field.BODY: N_("body"),
    Field.CAMPAIGN: N_("campaign"),
    Field.CAMPAIGNS: N_("campaigns"),
    Field.CHAIN: N_("chain"),
    Field.CHANNEL: N_("channel"),
    Field.CHANNELS: N_("channels"),
    Field.CHOICE: N_("choice"),
    Field.CHOICES: N_("choices"),
    Field.DEADLINE: N_("deadline"),
    Field.DELAY: N_("delay"),
    Field.DELEGATE: N_("delegate"),
    Field.DISCUSSION: N_("discussion"),
    Field.DRAFTS: N_("drafts"),
    Field.END: N_("end"),
    Field.FILE: N_("file"),
    Field.HEAD: N_("head"),
    Field.LABEL: N_("label"),
    Field.LINKED_WALLETS_SHARE: N_("share of the linked wallets"),
    Field.MESSAGE: N_("message"),
    Field.MINIMUM: N_("minimum"),
    Field.MINIMUM_POWER: N_("minimum power"),
    Field.NAME: N_("name"),
    Field.NETWORK: N_("network"),
    Field.PARAMS: N_("params"),
    Field.PART: N_("part"),
    Field.PARTIAL: N_("option partial"),
    Field.PERIOD: N_("period"),
    Field.PROPOSAL: N_("proposal"),
    Field.PROPOSERS: N_("proposers"),
    Field.PUBLIC: N_("option public"),
    Field.QUORUM: N_("quorum"),
    Field.QUORUM_COUNTS: N_("option quorum_counts"),
    Field.QUORUM_OF: N_("option quorum_of"),
    Field.RANKING: N_("ranking"),
    Field.REASON: N_("reason"),
    Field.ROLE: N_("role"),
    Field.ROLES: N_("roles"),
    Field.RULE: N_("rule"),
    Field.RULES: N_("rules"),
    Field.SIGNATURE: N_("signature"),
    Field.SPACE: N_("space"),
    Field.STARS: N_("stars"),
    Field.STRATEGIES: N_("list of strategies"),
    Field.STRATEGY_LIST: N_("strategy list"),
    Field.SUMMARY: N_("summary"),
    Field.SUPPLY_SHARE: N_("share of the supply"),
    Field.TARGETS: N_("targets"),
    Field.TESTS: N_("list of tests"),
    Field.TEXT: N_("text"),
    Field.THRESHOLD: N_("threshold"),
    Field.TITLE: N_("title"),
    Field.TOKEN: N_("token"),
    Field.TREASURY: N_("treasury"),
    Field.WALLET: N_("wallet"),
    Field.WEIGHTS: N_("weights"),
}
ENTRIES = {
    Entry.STRATEGY: N_("strategy {number}"),
    Entry.TEST: N_("test {number}"),
    Entry.TARGET_LINE: N_("targets, line {number},"),
    Entry.AMOUNT_LINE: N_("amount on line {number}"),
    Entry.CHOICE_WEIGHT: N_("weight of choice {number}"),
}


def field_name(field: AnyField, quote: Quote) -> str:
    """Return the name of a field; paths in JSON and names of strategies stay as they are."""
    match field:
        case Field():
            return _(FIELDS[field])
        case Numbered(entry, number):
            return _(ENTRIES[entry], number=number)
        case Param(path):
            return quote(f"params.{path}")
        case Within(outer, inner, kind):
            parts = (field_name(outer, quote), f"({quote(kind)})" if kind else "", field_name(inner, quote))
            return " ".join(part for part in parts if part)
        case _:
            assert_never(field)
