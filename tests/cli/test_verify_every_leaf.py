"""Every value of a bundle is forged, one by one, with all hashes made anew: it fails, or is said not to be checked.

The forger has the bot, its database and its keys. What survives here is what no reader can find in the bundle alone,
and for each the line stands below that tells the reader so.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import pytest

from bot.cli.verifying.chain_checks import check_chains
from bot.cli.verifying.signature_checks import check_signatures
from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import Finding, State
from bot.domain.audit.bundle.reading.bundle_file import Malformed
from bot.domain.audit.bundle.receipts import check_receipt
from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.hashing.content_id import cid_of
from bot.domain.audit.log.hash_chain import START, Entry, link
from bot.domain.audit.log.log_file import check as check_entries
from bot.domain.audit.log.log_file import from_line
from tests.bundles import at, forged, paths
from tests.cli.test_posted import POSTED

FILES = {file.name: gzip.decompress(file.read_bytes()) for file in sorted(POSTED.glob("*.gz"))}
BUNDLES = {name: content for name, content in FILES.items() if "log" not in name}
"""Some of each voting system, with signatures, delegates and recusals."""
ALWAYS = ("log", "posted result")
"""Lines that stand where no log and no identifier is given."""
SURVIVES = {
    "ballots * at": "log",
    "ballots * receipt": "log",
    "ballots * via": "log",
    "ballots * mark *": "log",
    "ballots * signed block hash": "signatures",
    "ballots * signed block number": "signatures",
    "ballots * signed block timestamp": "signatures",
    "ballots * signed message timestamp": "signatures",
    "ballots * signed message metadata": "signatures",
    "ballots * signed signature": "signatures",
    "counted_at": "log",
    "recusals * at": "log",
    "recusals * wallets * power": "blocks and power",
    "recusals * wallets * supply": "blocks and power",
    "software": "posted result",
    "superseded": "log",
    "proposal document guild": "posted result",
    "proposal document number": "posted result",
    "proposal document submitted_at": "posted result",
    "proposal document text title": "posted result",
    "proposal document text summary": "posted result",
    "proposal document text body": "posted result",
    "proposal document text discussion": "posted result",
    "proposal document text choices *": "posted result",
    "proposal document snapshot * hash": "blocks and power",
    "proposal document snapshot * number": "blocks and power",
    "proposal document snapshot * timestamp": "blocks and power",
    "proposal document strategies * params address": "blocks and power",
    "proposal document strategies * params symbol": "blocks and power",
    "proposal document strategies * params decimals": "blocks and power",
    "proposal document rules quorum": "posted result",
    "votable *": "blocks and power",
    "proposal document window start": "posted result",
    "proposal document window end": "posted result",
    "proposal document delegation": "posted result",
    "proposal document rules shown": "posted result",
    "proposal document rules partial": "posted result",
}
"""By place, the line that names what is not checked there; everything else fails."""


def others(value: object) -> list[object]:
    """False values in place of a true one: a little more or less, something else, and another type."""
    match value:
        case bool():
            return [not value, None, "true"]
        case int():
            return [value + 1, max(0, value - 1), str(value), 2**53 - 1, -1]
        case str():
            near = value[:-1] + ("1" if value[-1:] != "1" else "2")
            number = [str(int(value) + 1), value + "0", "0"] if value.isdigit() else []
            return [value + "x", near, value.upper(), "", None, *number]
        case _:
            assert value is None
            return [0, "", False]


def changes(bundle: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every bundle that differs in one value, lacks one, or has one twice, with the place of the difference."""
    for place in paths(bundle):
        for other in others(at(bundle, place)):
            if type(other) is type(at(bundle, place)) and other == at(bundle, place):
                continue
            changed = deepcopy(bundle)
            at(changed, place[:-1])[place[-1]] = other
            yield place, changed
        changed = deepcopy(bundle)
        del at(changed, place[:-1])[place[-1]]
        yield place, changed
        inner = at(bundle, place[:-1])
        changed = deepcopy(bundle)
        if isinstance(inner, list):
            at(changed, place[:-1]).append(deepcopy(inner[place[-1]]))
        else:
            at(changed, place[:-1])[f"{place[-1]}s"] = deepcopy(inner[place[-1]])
        yield place, changed


def renamed(value: dict[str, Any]) -> None:
    """What a forger does last: the document's identifier, as it is now."""
    value["proposal"]["cid"] = cid_of(value["proposal"]["document"])


async def found(content: bytes) -> list[Finding] | None:
    try:
        contents = read(content)
    except Malformed:
        return None
    findings = list(check(content, contents))
    findings += [one async for one in check_signatures(contents, None)]
    return findings + [one async for one in check_chains(contents, None)]


def named(place: Sequence[Any]) -> str:
    return " ".join(
        "*" if isinstance(step, int) or str(step)[:2] == "0x" or str(step).isdigit() else step for step in place
    )


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("name", BUNDLES)
async def test_every_value_is_computed_anew_or_said_not_to_be(name: str, anew: bool) -> None:
    """`anew`: the document's identifier is made anew too, so that the bundle agrees with itself."""
    honest = json.loads(BUNDLES[name])
    tried = 0
    survived: dict[str, set[str]] = {}
    for place, changed in changes(honest):
        if place[0] in {"digests", "root"} or place[-1] == "check" or (anew and place[:2] != ("proposal", "document")):
            continue
        try:
            if anew:
                renamed(changed)
            content = forged(json.dumps(changed).encode(), lambda _: None)
        except (ValueError, KeyError, AttributeError):  # not even a forger can write it
            continue
        tried += 1
        findings = await found(content)
        if findings is None or any(one.state is State.FAILS for one in findings):
            continue
        left = {one.check for one in findings if one.state is State.UNCHECKED}
        survived[named(place)] = left
    assert tried > (200 if not anew else 100)
    for where, left in survived.items():
        line = SURVIVES.get(where)
        assert line is not None, f"{where} is forged, and nothing is said"
        assert line in {*left, *ALWAYS}, f"{where} is forged, and “{line}” does not say so"


RECEIPTS = {name: json.loads((POSTED / f"story-{name}.json").read_text()) for name in ("receipt", "commitment")}


@pytest.mark.parametrize("name", RECEIPTS)
def test_every_value_of_a_receipt_is_held_against_the_bundle(name: str) -> None:
    contents, tried = read(BUNDLES["story.json.gz"]), 0
    assert State.FAILS not in {one.state for one in check_receipt(json.dumps(RECEIPTS[name]).encode(), contents)}
    for place, changed in changes(RECEIPTS[name]):
        tried += 1
        try:
            states = {one.state for one in check_receipt(json.dumps(changed).encode(), contents)}
        except Malformed:
            continue
        assert State.FAILS in states, place
    assert tried > 25


LOGS = {name: [from_line(line) for line in FILES[f"{name}-log.jsonl.gz"].splitlines()] for name in ("story", "signed")}


@pytest.mark.parametrize("name", LOGS)
def test_every_value_of_a_log_is_held_by_its_head(name: str) -> None:
    """Whoever writes a log anew has other hashes from there on; every entry behind which a head was posted is held."""
    entries, tried = LOGS[name], 0
    for number, one in enumerate(entries):
        content = json.loads(one.content)
        for place in paths(content):
            for other in others(at(content, place)):
                if type(other) is type(at(content, place)) and other == at(content, place):
                    continue
                changed = deepcopy(content)
                at(changed, place[:-1])[place[-1]] = other
                try:
                    text = canonical(changed).decode()
                except ValueError:
                    continue
                tried += 1
                kept = Entry(seq=one.seq, content=text, hash=one.hash)
                assert check_entries([*entries[:number], kept, *entries[number + 1 :]]).broken is not None, place
                anew = rechained([*entries[:number], kept, *entries[number + 1 :]])
                assert entries[-1].hash not in check_entries(anew).hashes, place
    assert tried > 100


def rechained(entries: list[Entry]) -> list[Entry]:
    """The entries with hashes that follow from each other."""
    made: list[Entry] = []
    for one in entries:
        before = made[-1].hash if made else START
        made.append(Entry(seq=one.seq, content=one.content, hash=link(before, one.content)))
    return made
