"""The section of a bundle on the power of all linked wallets: writing, reading and checking it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain.audit.bundle.checking.findings import Finding, judged, unchecked
from bot.domain.audit.bundle.reading.bundle_file import Malformed
from bot.domain.audit.bundle.reading.json_fields import ADDRESS, HASH, Fields, each, text, units
from bot.domain.audit.bundle.writing.sections import FIRST_SCHEMA
from bot.domain.audit.hashing.canonical_json import Canonical
from bot.domain.audit.hashing.merkle_sum_tree import MOST, SALT_BYTES, Sum
from bot.domain.audit.linked_power import LinkedPower, Shown
from bot.domain.power import depends_on_voters
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Whole
from bot.domain.shared.types import Address, Units
from bot.domain.voting.ballot import Ballot

CHECK = "linked power"


def votable_part(linked: LinkedPower | None) -> Canonical:
    """Write the commitment; null if the rules use no share of the linked power."""
    if linked is None:
        return None
    return {
        "root": linked.root,
        "sum": str(linked.total),
        "leaves": [{"wallet": one.wallet, "power": str(one.power), "salt": one.salt} for one in linked.shown],
        "rest": {"hash": linked.rest.hash.hex(), "sum": str(linked.rest.amount)},
    }


def read_votable(whole: Fields, schema: str) -> tuple[LinkedPower | None, Mapping[Address, Units]]:
    """Return the commitment, and by wallet the power that is disclosed. Raises Malformed.

    Bundles of schema 1 list every linked wallet and have no commitment.
    """
    if schema == FIRST_SCHEMA:
        stated = whole.raw("votable")
        if stated is None or (isinstance(stated, dict) and "leaves" in stated):
            raise Malformed("schema", f"is {FIRST_SCHEMA}, whose votable lists wallets and commits to nothing")
        listed = each(whole.mapping("votable"), "votable", units)
        return None, {Address(text(wallet, "votable", ADDRESS)): power for wallet, power in listed.items()}
    if whole.raw("votable") is None:
        return None, {}
    fields = whole.object("votable", ("root", "sum", "leaves", "rest"))
    rest = fields.object("rest", ("hash", "sum"))
    linked = LinkedPower(
        root=fields.text("root", HASH),
        total=_amount(fields, "sum"),
        shown=[_shown(entry, number) for number, entry in enumerate(fields.list("leaves"), start=1)],
        rest=Sum(amount=_amount(rest, "sum"), hash=bytes.fromhex(rest.text("hash", HASH))),
    )
    return linked, {one.wallet: one.power for one in linked.shown}


def check_votable(
    linked: LinkedPower | None,
    votable: Mapping[Address, Units],
    proposal: Proposal,
    ballots: Sequence[Ballot],
    schema: str,
) -> Iterator[Finding]:
    """Yield the findings; none if the rules use no share of the linked power.

    `votable` is the disclosed power by wallet.
    """
    needed = proposal.terms is not None and Whole.LINKED in proposal.terms.wholes
    if not needed and (linked is None or schema == FIRST_SCHEMA):
        return
    if schema == FIRST_SCHEMA:
        yield from judged(CHECK, _other(votable, proposal, ballots), f"{len(votable):,} wallets, as they voted")
        doubt = "all wallets that were linked are listed, so nobody sees whether one is left out"
    elif linked is None:
        yield from judged(CHECK, ["votable: it is missing, and the rules take a share of it"], "")
        return
    else:
        problems = list(_problems(linked, proposal, ballots)) if needed else ["votable: it is not needed by the rules"]
        told = f"{len(linked.shown):,} wallets and the rest are under the root, and add up to {linked.total} units"
        yield from judged(CHECK, problems, told)
        doubt = (
            f"this total is true: of other linked wallets only the sum is shown, {linked.rest.amount} units, so "
            "nobody sees whether one is left out, made up or counted twice"
        )
    later = len(_known(proposal, ballots).keys() - votable.keys())
    others = (
        f"; {later:,} who voted or are recused are not shown in it, as if they had been linked later" if later else ""
    )
    yield unchecked(CHECK, f"that {doubt}; the document has it since the submission{others}")


def _problems(linked: LinkedPower, proposal: Proposal, ballots: Sequence[Ballot]) -> Iterator[str]:
    terms = proposal.terms
    if terms is None:
        return
    if linked.total != terms.wholes[Whole.LINKED]:
        yield f"votable sum: it says {linked.total}, the document says {terms.wholes[Whole.LINKED]}"
    wallets = [one.wallet for one in linked.shown]
    if wallets != sorted(set(wallets)):
        yield "votable leaves: they are out of order, or a wallet stands twice"
    yield from _named(linked, proposal, ballots)
    try:
        top = linked.top()
    except ValueError as error:
        yield f"votable: {error}"
        return
    if top.amount != linked.total:
        yield f"votable sum: it says {linked.total}, leaves and rest add up to {top.amount}"
    if top.hash.hex() != linked.root:
        yield f"votable root: it says {linked.root}, that of leaves and rest is {top.hash.hex()}"


def _named(linked: LinkedPower, proposal: Proposal, ballots: Sequence[Ballot]) -> Iterator[str]:
    """Check that exactly voters and recused wallets are disclosed, with the power that is stated elsewhere."""
    known = _known(proposal, ballots)
    for one in linked.shown:
        if one.wallet not in known:
            yield f"votable {one.wallet}: it has not voted, and nobody needs to know of it"
    yield from _other({one.wallet: one.power for one in linked.shown}, proposal, ballots)


def _other(votable: Mapping[Address, Units], proposal: Proposal, ballots: Sequence[Ballot]) -> Iterator[str]:
    """Yield wallets that are disclosed with another power than they voted with, or are recused with."""
    strategies = proposal.terms.strategies if proposal.terms else ()
    if any(depends_on_voters(strategy) for strategy in strategies):
        return
    known = _known(proposal, ballots)
    for wallet, power in votable.items():
        if power != known.get(wallet, power):
            yield f"votable {wallet}: it says {power}, its power is {known[wallet]}"


def _known(proposal: Proposal, ballots: Sequence[Ballot]) -> dict[Address, Units]:
    """Return the power of all wallets that voted or are recused, as the ballots and recusals state it."""
    recused = {wallet.address: wallet.power for recusal in proposal.recusals for wallet in recusal.wallets}
    return recused | {ballot.wallet: ballot.power for ballot in ballots}


def _shown(entry: Any, number: int) -> Shown:  # noqa: ANN401 - JSON
    fields = Fields(entry, f"votable leaves {number}", ("wallet", "power", "salt"))
    salt = fields.text("salt")
    if len(salt) != 2 * SALT_BYTES or HASH.fullmatch(salt * 2) is None:
        raise Malformed(fields.place("salt"), f"is not {SALT_BYTES} bytes in hexadecimal")
    return Shown(wallet=fields.address("wallet"), power=_amount(fields, "power"), salt=salt)


def _amount(fields: Fields, name: str) -> Units:
    amount = fields.units(name)
    if amount > MOST:
        raise Malformed(fields.place(name), "is beyond 2^256")
    return amount
