"""Reads a proposal document back into the proposal. The document does not say who the author is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.domain.audit.bundle.reading.bundle_file import Malformed
from bot.domain.audit.bundle.reading.json_fields import Fields, each, units
from bot.domain.audit.bundle.reading.json_fields import chain as read_chain
from bot.domain.audit.proposal_document import SCHEMA, WITH_VOTERS
from bot.domain.power import parse_strategy
from bot.domain.power.strategy import MAX_DECIMALS, MAX_STRATEGIES, Strategy
from bot.domain.proposals.proposal import Proposal, Terms, Text
from bot.domain.proposals.vote_rules import Approval, Assurance, Settled, Share, VoteVisibility, Whole
from bot.domain.shared.amounts import stored_amount
from bot.domain.shared.errors import FolkmootError
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import Block, ChainId, GuildId, MemberId, ProposalId, RoleId, SpaceId
from bot.domain.spaces.space import MAX_VOTERS
from bot.domain.voting import MAX_CHOICES, SYSTEMS, Base, QuorumCounts, Threshold
from bot.domain.voting.recusal import Recusal

_DOCUMENT = (
    "schema",
    "guild",
    "number",
    "submitted_at",
    "text",
    "voting",
    "window",
    "snapshot",
    "strategies",
    "scale",
    "symbol",
    "quorum",
    "threshold",
    "rules",
    "wholes",
    "delegation",
)
_GUILD = re.compile(r"0|[1-9][0-9]{0,19}")
_ROLE = re.compile(r"[1-9][0-9]{0,19}")
_BLOCK_HASH = re.compile(r"0x[0-9a-f]{64}")
_QUORUM = re.compile(r"[0-9.,_ kKmMbB]{1,200}")


def read_proposal(document: object, place: str, recusals: tuple[Recusal, ...]) -> Proposal:
    """Read a document as it was put to the vote, with the recusals since. Raises Malformed."""
    restricted = isinstance(document, dict) and document.get("schema") == WITH_VOTERS
    fields = Fields(document, place, (*_DOCUMENT, "voters") if restricted else _DOCUMENT)
    if fields.raw("schema") not in (SCHEMA, WITH_VOTERS):
        raise Malformed(fields.place("schema"), f"is {str(fields.raw('schema'))[:60]}, not {SCHEMA}")
    words = fields.object("text", ("title", "summary", "body", "discussion", "choices"))
    choices = tuple(words.list("choices", MAX_CHOICES))
    named = fields.text("voting")
    system = next((voting for voting in SYSTEMS if voting == named), None)
    if system is None:
        raise Malformed(fields.place("voting"), f"is {named[:60]}, which is no voting system known here")
    if not all(isinstance(choice, str) for choice in choices):
        raise Malformed(words.place("choices"), "hold something else than texts")
    try:
        SYSTEMS[system].check_stored_choices(choices)
    except FolkmootError as error:
        raise Malformed(place, str(error)) from None
    submitted = fields.time("submitted_at")
    return Proposal(
        id=ProposalId(0),
        space=SpaceId(0),
        guild=GuildId(int(fields.text("guild", _GUILD))),
        number=fields.whole("number"),
        author=MemberId(0),
        text=Text(
            title=words.text("title"),
            summary=words.text("summary"),
            body=words.text("body"),
            discussion=words.text("discussion"),
        ),
        voting=system,
        choices=choices,
        created_at=submitted,
        submitted_at=submitted,
        terms=replace(_terms(fields), voters=_voters(fields)) if restricted else _terms(fields),
        recusals=recusals,
    )


def read_block(entry: object, place: str, chain: ChainId) -> Block:
    """Read a block of a chain. Raises Malformed."""
    block = Fields(entry, place, ("number", "hash", "timestamp"))
    return Block(
        chain=chain,
        number=block.whole("number"),
        hash=block.text("hash", _BLOCK_HASH),
        timestamp=block.time("timestamp"),
    )


def _terms(fields: Fields) -> Terms:
    window = fields.object("window", ("start", "end"))
    threshold = fields.object("threshold", ("share", "base", "strict", "votable"))
    quorum = fields.object("quorum", ("amount", "counts"))
    scale = fields.whole("scale")
    if scale > MAX_DECIMALS:
        raise Malformed(fields.place("scale"), f"is more than {MAX_DECIMALS}")
    rules = _rules(fields)
    if quorum.one_of("counts", QuorumCounts) is not rules.counts:
        raise Malformed(quorum.place("counts"), "is not what the rules say")
    place = fields.place("wholes")
    wholes = {_whole(name, place): amount for name, amount in each(fields.mapping("wholes"), place, units).items()}
    if wholes.keys() != rules.wholes:
        raise Malformed(place, "are not those that the rules take shares of")
    return Terms(
        start=window.time("start"),
        end=window.time("end"),
        snapshot=_snapshot(fields),
        strategies=_strategies(fields),
        scale=scale,
        symbol=fields.text("symbol"),
        quorum=quorum.units("amount"),
        delegation=fields.flag("delegation"),
        threshold=Threshold(
            share=threshold.share("share"),
            base=threshold.one_of("base", Base),
            strict=threshold.flag("strict"),
            votable=threshold.units("votable"),
        ),
        rules=rules,
        wholes=wholes,
    )


def _voters(fields: Fields) -> tuple[RoleId, ...]:
    roles = fields.list("voters", MAX_VOTERS)
    if not roles or not all(isinstance(role, str) and _ROLE.fullmatch(role) for role in roles):
        raise Malformed(fields.place("voters"), "are not the ids of roles, as texts")
    return tuple(RoleId(int(str(role))) for role in roles)


def _rules(fields: Fields) -> Settled:
    rules = fields.object("rules", ("quorum", "counts", "approval", "shown", "partial", "assurance"))
    approval = rules.object("approval", ("share", "strict", "of"))
    of: Any = approval.raw("of")
    return Settled(
        quorum=_quorum(rules),
        counts=rules.one_of("counts", QuorumCounts),
        approval=Approval(
            share=approval.share("share"),
            strict=approval.flag("strict"),
            of=approval.one_of("of", Whole) if of in tuple(Whole) else approval.one_of("of", Base),
        ),
        shown=rules.one_of("shown", VoteVisibility),
        partial=rules.flag("partial"),
        assurance=rules.one_of("assurance", Assurance),
    )


def _quorum(rules: Fields) -> str | Share:
    if isinstance(rules.raw("quorum"), str):
        amount = rules.text("quorum", _QUORUM)
        try:
            stored_amount(amount, MAX_DECIMALS, field=Field.QUORUM)
        except FolkmootError as error:
            raise Malformed(rules.place("quorum"), f"is no amount ({error})") from None
        return amount
    share = rules.object("quorum", ("share", "of"))
    return Share(share=share.share("share"), of=share.one_of("of", Whole))


def _whole(name: str, place: str) -> Whole:
    if name not in tuple(Whole):
        raise Malformed(place, f"hold “{name[:60]}”, which is not known here")
    return Whole(name)


def _snapshot(fields: Fields) -> dict[ChainId, Block]:
    found: dict[ChainId, Block] = {}
    for name, entry in fields.mapping("snapshot").items():
        pinned = read_chain(name, fields.place("snapshot"))
        found[pinned] = read_block(entry, f"{fields.place('snapshot')} {pinned}", pinned)
    return found


def _strategies(fields: Fields) -> tuple[Strategy, ...]:
    entries = fields.list("strategies", MAX_STRATEGIES)
    if not entries:
        raise Malformed(fields.place("strategies"), "are none")
    try:
        return tuple(parse_strategy(entry, number) for number, entry in enumerate(entries, start=1))
    except FolkmootError as error:
        raise Malformed(fields.place("strategies"), str(error)) from None
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        raise Malformed(fields.place("strategies"), "hold a parameter that cannot be read") from None
