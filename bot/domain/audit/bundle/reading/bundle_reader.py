"""Reads a bundle back into the values it was made from. An error names the place of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.audit.bundle.linked_power_section import read_votable
from bot.domain.audit.bundle.reading.bundle_file import Malformed
from bot.domain.audit.bundle.reading.json_fields import ADDRESS, HASH, Fields, chain, each, text, units
from bot.domain.audit.bundle.reading.proposal_reader import read_block, read_proposal
from bot.domain.audit.bundle.writing.bundle_builder import CHECK, line_form
from bot.domain.audit.bundle.writing.sections import FIRST_SCHEMA, SCHEMA, Registered
from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.linked_power import LinkedPower
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.addresses import checksummed
from bot.domain.shared.types import Address, MemberId, ProposalId, Timestamp, Units
from bot.domain.voting import Mark
from bot.domain.voting.ballot import Ballot, Signed
from bot.domain.voting.ballot_message import BallotMessage
from bot.domain.voting.recusal import Recusal, RecusedWallet

_SECTIONS = (
    "schema",
    "software",
    "proposal",
    "counted_at",
    "superseded",
    "recusals",
    "votable",
    "standing",
    "delegations",
    "tally",
    "outcome",
)
_LINE = ("at", "check", "mark", "power", "receipt", "scores", "wallet")
_MESSAGE = ("from", "space", "timestamp", "proposal", "choice", "reason", "app", "metadata")
_ID = re.compile(r"0x[0-9a-f]{64}")
NONCE = re.compile(r"[\x21-\x7e]{1,64}")
_REFERENCE = re.compile(r"(?:[0-9a-f]{32})?")
_SIGNATURE = re.compile(r"0x(?:[0-9a-f]{2}){0,16384}")
_CHECK = re.compile(rf"[0-9a-f]{{{CHECK}}}")
_MOST_NUMBERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a bundle says.

    `sections` is everything but the ballots, as JSON; `lines` are the canonical forms of the ballots. `checks` and
    `via` run parallel to `ballots`: the check digits of each, and the reference of the delegate who cast it (None: the
    member did). `linked` commits to the power of all linked wallets, and `votable` is what is disclosed of it, by
    wallet; in a bundle of schema 1 that is all of it.
    """

    schema: str
    sections: Mapping[str, Any]
    proposal: Proposal
    cid: str
    counted_at: Timestamp
    linked: LinkedPower | None
    votable: Mapping[Address, Units]
    registered: Sequence[Registered]
    ballots: Sequence[Ballot]
    lines: Sequence[bytes]
    checks: Sequence[str]
    via: Sequence[str | None]
    root: str
    digests: Mapping[str, str]


def read_bundle(value: Mapping[str, Any]) -> Contents:
    """Read the JSON of a bundle. Raises Malformed, and ValueError where it has no canonical form."""
    schema = value.get("schema")
    if not isinstance(schema, str) or schema not in (SCHEMA, FIRST_SCHEMA):
        known = f"neither {SCHEMA} nor {FIRST_SCHEMA}"
        raise Malformed("schema", f"is {str(schema)[:60]}, {known}: this version reads no other")
    whole = Fields(value, "", (*_SECTIONS, "ballots", "root", "digests"))
    whole.text("software")
    whole.whole("superseded")
    for name in ("standing", "tally", "outcome"):
        whole.mapping(name)
    named = whole.object("proposal", ("cid", "document"))
    entries = whole.list("ballots")
    lines, checks, ballots = [], [], []
    for place, entry in enumerate(entries):
        name = _ballot_name(entry, place)
        ballots.append(read_ballot(entry, name))
        checks.append(text(entry["check"], f"{name} check", _CHECK))
        lines.append(line_form({key: value for key, value in entry.items() if key != "check"}))
    sections = {name: value[name] for name in (*_SECTIONS, "root", "digests")}
    canonical(sections)
    linked, votable = read_votable(whole, schema)
    return Contents(
        schema=schema,
        sections=sections,
        proposal=read_proposal(named.raw("document"), named.place("document"), _recusals(whole)),
        cid=named.text("cid"),
        counted_at=whole.time("counted_at"),
        linked=linked,
        votable=votable,
        registered=[_registered(entry, place) for place, entry in enumerate(whole.list("delegations"), start=1)],
        ballots=ballots,
        lines=lines,
        checks=checks,
        via=[entry.get("via") for entry in entries],
        root=whole.text("root", HASH),
        digests=each(whole.mapping("digests"), "digests", lambda value, place: text(value, place, HASH)),
    )


def read_ballot(entry: object, place: str, *, checked: bool = True) -> Ballot:
    """Read a ballot; `checked` says that it has check digits. Members are not in a bundle. Raises Malformed."""
    fields = Fields(entry, place, _LINE if checked else (name for name in _LINE if name != "check"), ("via", "signed"))
    scores = fields.list("scores", _MOST_NUMBERS)
    if "via" in fields:
        fields.text("via", _REFERENCE)
    return Ballot(
        proposal=ProposalId(0),
        wallet=fields.address("wallet"),
        member=MemberId(0),
        mark=read_mark(fields.raw("mark"), fields.place("mark")),
        scores=tuple(units(score, fields.place("scores")) for score in scores),
        power=fields.units("power"),
        cast_at=fields.time("at"),
        receipt=fields.text("receipt", NONCE),
        signed=_signed(fields, place) if "signed" in fields else None,
    )


def read_mark(value: object, place: str) -> Mark:
    """Return a mark: a whole number, or a tuple of them. Raises Malformed."""
    if type(value) is int:
        return value
    if isinstance(value, list) and len(value) <= _MOST_NUMBERS and all(type(number) is int for number in value):
        return tuple(value)
    raise Malformed(place, "is no mark (a whole number, or a list of them)")


def _ballot_name(entry: object, place: int) -> str:
    wallet = entry.get("wallet") if isinstance(entry, dict) else None
    return f"ballot of {wallet}" if isinstance(wallet, str) and ADDRESS.fullmatch(wallet) else f"ballot {place + 1}"


def _signed(fields: Fields, place: str) -> Signed:
    signed = fields.object("signed", ("chain", "block", "message", "signature"))
    message = signed.object("message", _MESSAGE)
    choice = message.raw("choice")
    voter = message.text("from")
    if not ADDRESS.fullmatch(voter.lower()):
        raise Malformed(f"{place} signed message from", "is no address")
    if voter != checksummed(Address(voter.lower())):
        raise Malformed(f"{place} signed message from", "is not in the form in which it is signed (EIP-55)")
    asked = chain(signed.raw("chain"), signed.place("chain"))
    return Signed(
        message=BallotMessage(
            voter=Address(voter.lower()),
            space=message.text("space"),
            timestamp=message.time("timestamp"),
            proposal=message.text("proposal"),
            choice=choice if isinstance(choice, str) else read_mark(choice, message.place("choice")),
            reason=message.text("reason"),
            app=message.text("app"),
            metadata=message.text("metadata"),
        ),
        signature=bytes.fromhex(signed.text("signature", _SIGNATURE)[2:]),
        chain=asked,
        block=None if signed.raw("block") is None else read_block(signed.raw("block"), signed.place("block"), asked),
    )


def _recusals(whole: Fields) -> tuple[Recusal, ...]:
    found = []
    for number, entry in enumerate(whole.list("recusals"), start=1):
        fields = Fields(entry, f"recusals {number}", ("at", "by", "wallets"))
        if fields.raw("by") not in ("member", "moderator"):
            raise Malformed(fields.place("by"), "is neither member nor moderator")
        wallets = []
        for wallet in fields.list("wallets"):
            inner = Fields(wallet, fields.place("wallet"), ("wallet", "power", "supply", "linked"))
            wallets.append(
                RecusedWallet(
                    address=inner.address("wallet"),
                    power=inner.units("power"),
                    supply=inner.units("supply"),
                    linked=inner.units("linked"),
                )
            )
        member = MemberId(-number)  # nobody: it tells one recusal from another
        by = member if fields.raw("by") == "member" else MemberId(0)
        found.append(Recusal(member=member, by=by, at=fields.time("at"), wallets=tuple(wallets)))
    return tuple(found)


def _registered(entry: object, number: int) -> Registered:
    fields = Fields(entry, f"delegations {number}", ("chain", "ids", "given"))
    given = each(fields.mapping("given"), fields.place("given"), lambda value, place: text(value, place, ADDRESS))
    return Registered(
        chain=chain(fields.raw("chain"), fields.place("chain")),
        ids=tuple(text(value, fields.place("ids"), _ID) for value in fields.list("ids", _MOST_NUMBERS)),
        given={
            Address(text(delegator, fields.place("given"), ADDRESS)): Address(delegate)
            for delegator, delegate in given.items()
        },
    )
