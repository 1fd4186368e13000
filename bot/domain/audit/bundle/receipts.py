"""Receipt files: a member's ballots with the proof that they were counted, or commitments before the count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.audit.bundle.checking.findings import Finding, judged, unchecked
from bot.domain.audit.bundle.reading.bundle_file import Malformed, parsed
from bot.domain.audit.bundle.reading.bundle_reader import NONCE, Contents, read_ballot, read_mark
from bot.domain.audit.bundle.reading.json_fields import ADDRESS, HASH, Fields, text
from bot.domain.audit.bundle.writing.bundle_builder import assembled
from bot.domain.audit.bundle.writing.sections import Part
from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.hashing.content_id import cid
from bot.domain.audit.hashing.merkle_tree import path, proves
from bot.domain.audit.log.ballot_commitment import ballot_commitment, commitment
from bot.domain.shared.types import Address
from bot.domain.voting.ballot import Ballot

RECEIPT = "folkmoot/receipt/1"
COMMITMENT = "folkmoot/commitment/1"
RECEIPT_ROOT = "receipt root"
_MOST, _DEEPEST = 10_000, 64


def make_receipt(contents: Contents, bundle: str, wallets: Sequence[Address]) -> Part:
    """Return the Merkle proofs of some wallets' ballots in the bundle whose content identifier is `bundle`."""
    wanted = frozenset(wallets)
    return {
        "schema": RECEIPT,
        "proposal": contents.cid,
        "bundle": bundle,
        "root": contents.root,
        "ballots": [
            {
                "line": parsed(contents.lines[place]),
                "index": place,
                "of": len(contents.lines),
                "path": path(contents.lines, place),
            }
            for place, ballot in enumerate(contents.ballots)
            if ballot.wallet in wanted
        ],
    }


def make_commitments(proposal: str, ballots: Sequence[Ballot]) -> Part:
    """Return ballots that are not counted yet, with the commitments that the log has of them."""
    return {
        "schema": COMMITMENT,
        "proposal": proposal,
        "ballots": [
            {
                "wallet": ballot.wallet,
                "mark": ballot.mark,
                "at": ballot.cast_at,
                "receipt": ballot.receipt,
                "commitment": ballot_commitment(proposal, ballot),
            }
            for ballot in ballots
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitments:
    """What a receipt commits to: the proposal's content identifier, and of each wallet the commitment to its ballot.

    `counted` are the bundle and the root that it names, by their names in the log; empty before the count.
    """

    proposal: str
    made: Sequence[tuple[Address, str]]
    counted: Mapping[str, str]


def commitments_of(content: bytes) -> Commitments:
    """Return what a receipt that was checked commits to. Raises Malformed."""
    value = parsed(content)
    proposal: str = value["proposal"]
    if value.get("schema") == COMMITMENT:
        made = [(Address(entry["wallet"]), entry["commitment"]) for entry in value["ballots"]]
        return Commitments(proposal=proposal, made=made, counted={})
    ballots = [read_ballot(entry["line"], "receipt ballot", checked=False) for entry in value["ballots"]]
    return Commitments(
        proposal=proposal,
        made=[(ballot.wallet, ballot_commitment(proposal, ballot)) for ballot in ballots],
        counted={name: value[name] for name in ("bundle", "root")},
    )


def check_receipt(
    content: bytes, contents: Contents | None, *, expected_root: str = "", expected_cid: str = ""
) -> Iterator[Finding]:
    """Yield the findings on a receipt: by itself, against a bundle, and against what was posted. Raises Malformed."""
    try:
        value = parsed(content)
        match value.get("schema"):
            case str() as schema if schema == RECEIPT:
                yield from _proofs(value, contents, expected_root, expected_cid)
            case str() as schema if schema == COMMITMENT:
                yield from _commitments(value, contents)
                if contents is None and (expected_root or expected_cid):
                    yield unchecked(RECEIPT_ROOT, "it is from before the count, so no root or bundle stands in it")
            case other:
                raise Malformed("receipt schema", f"is {str(other)[:60]}, neither {RECEIPT} nor {COMMITMENT}")
    except ValueError as error:
        raise Malformed("receipt", str(error)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    """A Merkle proof that a ballot is number `index` (from 0) of `of` ballots under a root."""

    ballot: Ballot
    line: bytes
    index: int
    of: int
    path: Sequence[str]


def _proof(entry: object, number: int) -> _Proof:
    fields = Fields(entry, f"receipt ballot {number}", ("line", "index", "of", "path"))
    return _Proof(
        ballot=read_ballot(fields.raw("line"), fields.place("line"), checked=False),
        line=canonical(fields.raw("line")),
        index=fields.whole("index"),
        of=fields.whole("of"),
        path=[text(one, fields.place("path"), HASH) for one in fields.list("path", _DEEPEST)],
    )


def _proofs(value: Any, contents: Contents | None, expected: str, named: str) -> Iterator[Finding]:  # noqa: ANN401 - JSON
    fields = Fields(value, "receipt", ("schema", "proposal", "bundle", "root", "ballots"))
    root = fields.text("root", HASH)
    bundle, proposal = fields.text("bundle"), fields.text("proposal")
    proofs = [_proof(entry, number) for number, entry in enumerate(fields.list("ballots", _MOST), start=1)]
    wallets = [proof.ballot.wallet for proof in proofs]
    problems = [*_count(wallets), *_under(proofs, root, None if contents is None else contents.lines)]
    yield from judged("receipt", problems, f"{len(proofs):,} under the root {root}")
    if expected:
        wrong = [] if root == expected else [f"it says {root}, expected was {expected}"]
        yield from judged(RECEIPT_ROOT, wrong, "as expected")
    if named:
        wrong = [] if bundle == named else [f"it says {bundle[:80]}, expected was {named}"]
        yield from judged("receipt bundle", wrong, "as expected")
    if contents is not None:
        of_bundle = (contents.root, contents.cid, cid(assembled(contents.lines, contents.sections)))
        wrong = [] if (root, proposal, bundle) == of_bundle else ["it is not that of this bundle"]
        yield from judged(RECEIPT_ROOT, wrong, "that of the bundle")
        return
    if not expected:
        yield unchecked(RECEIPT_ROOT, "give --root with the one that was posted with the result, or the bundle")
    yield unchecked("receipt and bundle", "which vote it is of, and of how many ballots, shows with the bundle")


def _under(proofs: Sequence[_Proof], root: str, lines: Sequence[bytes] | None) -> Iterator[str]:
    """Yield for each ballot whether its proof leads to the root.

    A proof alone does not tell how many ballots there are. With `lines`, those of the bundle, number and index are
    checked too.
    """
    for proof in proofs:
        name, place = f"ballot of {proof.ballot.wallet}", f"number {proof.index} of {proof.of}"
        if not proves(proof.line, proof.index, proof.of, proof.path, root):
            yield f"{name}: it is not {place} under the root {root}"
        elif proof.of != proofs[0].of:
            yield f"{name}: it is {place}, and another one is of {proofs[0].of}"
        elif lines is not None and (proof.of != len(lines) or lines[proof.index] != proof.line):
            yield f"{name}: it is not {place} in the bundle, which holds {len(lines)}"


def _count(wallets: Sequence[Address]) -> Iterator[str]:
    """Check that a receipt has at least one ballot, and one for each wallet."""
    if not wallets:
        yield "it holds no ballot"
    for wallet in (wallet for wallet, many in Counter(wallets).items() if many > 1):
        yield f"ballot of {wallet}: it stands there twice"


def _commitments(value: Any, contents: Contents | None) -> Iterator[Finding]:  # noqa: ANN401 - JSON
    fields = Fields(value, "receipt", ("schema", "proposal", "ballots"))
    proposal = fields.text("proposal")
    counted = {} if contents is None else {ballot.wallet: ballot for ballot in contents.ballots}
    problems, missing, wallets = [], [], []
    for number, entry in enumerate(fields.list("ballots", _MOST), start=1):
        core = Fields(entry, f"receipt ballot {number}", ("wallet", "mark", "at", "receipt", "commitment"))
        wallet = Address(core.text("wallet", ADDRESS))
        mark = read_mark(core.raw("mark"), core.place("mark"))
        made = commitment(proposal, wallet, mark, core.time("at"), core.text("receipt", NONCE))
        if core.text("commitment", HASH) != made:
            problems.append(f"ballot of {wallet} commitment: that of what it says is {made}")
        ballot = counted.get(wallet)
        if contents is not None and (ballot is None or ballot_commitment(contents.cid, ballot) != made):
            missing.append(f"ballot of {wallet}: the bundle does not hold it as it is here")
        wallets.append(wallet)
    problems += _count(wallets)
    yield from judged("receipt", problems, f"{len(wallets):,} committed to as they are here")
    if contents is None:
        yield unchecked("receipt in the count", "give the bundle too, once the result is out")
    elif wallets:
        yield from judged("receipt in the count", missing, f"{len(wallets):,} counted as they are here")
