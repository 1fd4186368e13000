"""The document of a proposal holds all that is voted on, and nothing else."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest

from bot.domain.audit.bundle.reading.bundle_file import Malformed
from bot.domain.audit.bundle.reading.proposal_reader import read_proposal
from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.hashing.content_id import cid
from bot.domain.audit.log.hash_chain import entry as entry_of
from bot.domain.audit.log.log_file import from_line, to_line
from bot.domain.audit.proposal_document import as_named, in_documents_form, proposal_cid, proposal_document, text_hash
from bot.domain.power import evaluate, parse_strategies
from bot.domain.power.exact_numbers import fraction
from bot.domain.power.strategy import Strategy
from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.proposals.vote_rules import MAJORITY, Approval, Assurance, Rules, Settled, Share, VoteVisibility, Whole
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.types import Address, RoleId
from bot.domain.voting import TWO_THIRDS, QuorumCounts
from bot.domain.voting.recusal import Recusal
from bot.storage.repositories.shared.json_columns import from_json, from_strategies, to_json, to_strategies
from tests.builders import (
    AUTHOR,
    CHAIN,
    NOW,
    TOKEN,
    VOTER,
    a_block,
    a_draft,
    a_proposal,
    a_result,
    a_strategy,
    a_text,
    a_tombstone,
    some_terms,
)
from tests.bundles import a_bundle, failures
from tests.domain.power.recorded_calls import Recorded, scored

VOTED_ON: dict[str, Any] = {
    "guild": 5,
    "number": 2,
    "submitted_at": NOW,
    "text": None,
    "voting": "approval",
    "choices": ("One", "Another"),
    "terms": None,
}
"""The fields of a proposal that its document follows; what is None is changed part by part below."""
TEXT = {"title": "Else", "summary": "Else.", "body": "Else", "discussion": "https://forum.example/t/13"}
TERMS: dict[str, Any] = {
    "start": NOW + 1,
    "end": NOW + 9,
    "snapshot": {CHAIN: a_block(99)},
    "strategies": (a_strategy(params={"address": TOKEN, "symbol": "VITA", "decimals": 6}),),
    "scale": 6,
    "symbol": "ETH",
    "quorum": 1,
    "delegation": False,
    "threshold": TWO_THIRDS,
    "rules": None,
    "wholes": {Whole.SUPPLY: 7},
    "voters": (7,),
    "after_recusals": None,  # it says what was done to the others, and is in no document
}
RULES: dict[str, Any] = {
    "quorum": Share(share=Fraction(1, 20), of=Whole.LINKED),
    "counts": QuorumCounts.FOR,
    "approval": Approval(share=Fraction(2, 3), strict=False),
    "shown": VoteVisibility.NOTHING,
    "partial": True,
    "assurance": Assurance.SIGNED,
}
LATER: dict[str, Any] = {
    "author": VOTER,
    "opened_at": NOW,
    "tombstone": a_tombstone(),
    "cid": "bafkrei",
    "held_reason": "no answer",
    "recusals": (Recusal(member=VOTER, by=AUTHOR, at=NOW, wallets=()),),
    "result": a_result(),
    "channel": 1,
    "card": 2,
    "thread": 3,
    "created_at": NOW,
    "chosen": Rules(partial=True),
    "id": 9,
    "space": 9,
}


def _changed() -> list[Proposal]:
    """One proposal for each part that voters vote on, changed in that part alone."""
    proposal, terms = a_proposal(), some_terms()
    return [
        *(replace(proposal, **{name: value}) for name, value in VOTED_ON.items() if value is not None),
        *(replace(proposal, text=a_text(**{name: value})) for name, value in TEXT.items()),
        *(replace(proposal, terms=some_terms(**{name: value})) for name, value in TERMS.items() if value is not None),
        *(replace(proposal, terms=replace(terms, rules=Settled(**{name: value}))) for name, value in RULES.items()),
    ]


def test_a_change_of_anything_that_is_voted_on_changes_the_identifier() -> None:
    identifiers = {proposal_cid(one) for one in [a_proposal(), *_changed()]}
    assert len(identifiers) == 1 + len(_changed())
    assert set(VOTED_ON) | set(LATER) == {field.name for field in fields(Proposal)}
    assert set(TERMS) == {field.name for field in fields(Terms)}
    assert set(RULES) == {field.name for field in fields(Settled)}
    assert set(TEXT) == {field.name for field in fields(a_text())}
    assert Settled().approval == MAJORITY


@pytest.mark.parametrize("name", LATER)
def test_what_happens_later_and_who_wrote_it_changes_nothing(name: str) -> None:
    assert proposal_cid(replace(a_proposal(), **{name: LATER[name]})) == proposal_cid(a_proposal())


def test_no_person_is_in_it() -> None:
    written = canonical(proposal_document(a_proposal(recusals=LATER["recusals"]))).decode()
    assert str(AUTHOR) not in written
    assert str(VOTER) not in written


def test_a_draft_has_none() -> None:
    with pytest.raises(ValueError, match="draft"):
        proposal_document(a_draft())


def test_anyone_recomputes_the_identifier_from_the_written_document() -> None:
    document = proposal_document(a_proposal())
    written = canonical(document)
    again = json.loads(written)
    assert cid(canonical(again)) == cid(written) == proposal_cid(a_proposal())
    assert proposal_cid(a_proposal()) == "bafkreiamv7zcrmd7qn7mwpyjfdxkmdmxmz63uj6rlb2gfu4e4wn6tustlu"


def test_the_hash_of_the_text_is_that_of_its_part_of_the_document() -> None:
    proposal = a_proposal()
    part = canonical(proposal_document(proposal)["text"])
    assert text_hash(proposal.text, proposal.choices) == sha256(part).hexdigest()


def test_numbers_that_readers_of_json_differ_on_keep_their_meaning() -> None:
    wallet = Address("0x" + "12" * 20)
    strategies = parse_strategies(
        json.dumps(
            [
                {"name": "ticket", "network": "1", "params": {"value": 0.1}},
                {"name": "ticket", "network": "1", "params": {"value": 3.0}},
                {"name": "ticket", "network": "1", "params": {"value": 2**60}},
                {"name": "ticket", "network": "1", "params": {"value": 1e23}},
                {"name": "ticket", "network": "1", "params": {"value": 4.3176505607495254e23}},
                {"name": "whitelist-weighted", "network": "1", "params": {"addresses": {wallet: 1e-7}}},
            ]
        )
    )
    terms = some_terms(strategies=strategies, scale=7)
    document = json.loads(canonical(proposal_document(a_proposal(terms=terms))))
    again = parse_strategies(json.dumps(document["strategies"]))
    (before,), (after,) = scored(strategies, [wallet], Recorded()), scored(again, [wallet], Recorded())
    assert after == before
    assert after.scores == (10**6, 3 * 10**7, 2**60 * 10**7, 10**30, 43176505607495254 * 10**14, 1)


def test_the_deepest_list_that_is_taken_is_read_in_a_bundle_and_in_the_log() -> None:
    """Or whoever pastes it makes every result unreadable."""
    abi = {"name": "held", "inputs": [{"type": "address"}], "outputs": [{"name": "", "type": "uint256"}]}
    params = {"address": "0x" + "70" * 20, "symbol": "V", "decimals": 0}
    taken = 0
    for depth in range(1, 100):
        inside: object = 0
        for _ in range(depth):
            inside = [inside]
        entry = {
            "name": "contract-call",
            "network": str(CHAIN),
            "params": params | {"methodABI": abi | {"more": inside}},
        }
        try:
            strategies = parse_strategies(json.dumps([entry]))
        except InvalidInput:
            continue
        taken = depth
        terms = some_terms(strategies=strategies, scale=0, symbol="V")
        assert failures(a_bundle((), a_proposal(terms=terms)).content) == []
        change = {"strategies": {"after": [one.to_json() for one in strategies], "before": []}}
        from_line(to_line(entry_of(None, {"kind": "rules changed", "at": 1, "changes": change})))
    assert taken > 20


NUMBERS = [0.1, 1e-7, 3.0, -0.0, 2.0**53, 1e16, 1e22, 1e23, 4.3176505607495254e23, 2**53, 2**60 + 1, 10**40, "1e23"]


def _with(number: float | str) -> tuple[Strategy, ...]:
    """Strategies that hold a number wherever one may stand."""
    token = {"address": "0x" + "70" * 20, "symbol": "V", "decimals": 0}
    abi = {"name": "held", "inputs": [{"type": "address"}], "outputs": [{"type": "uint256"}], "more": [{"x": number}]}
    entries = [
        ("ticket", {"value": number}),
        ("erc20-with-balance", token | {"minBalance": number}),
        ("contract-call", token | {"methodABI": abi}),
        ("weighted", {"weight": number, "strategy": {"name": "ticket", "network": "1", "params": {"value": number}}}),
        ("whitelist-weighted", {"addresses": {"0x" + "12" * 20: number}}),
    ]
    return parse_strategies(json.dumps([{"name": n, "network": "1", "params": p} for n, p in entries]))


@pytest.mark.parametrize("number", NUMBERS)
def test_a_document_is_the_same_bytes_when_what_was_voted_on_is_stored_and_read_back(number: float | str) -> None:
    strategies = in_documents_form(_with(number))
    first = canonical(proposal_document(a_proposal(terms=some_terms(strategies=strategies))))
    pasted = canonical(proposal_document(a_proposal(terms=some_terms(strategies=_with(number)))))
    stored = to_strategies(from_json(to_json(from_strategies(strategies))))
    again = canonical(proposal_document(a_proposal(terms=some_terms(strategies=stored))))
    assert first == pasted == again
    assert in_documents_form(stored) == stored == strategies
    fractions = list[str]()
    json.loads(to_json(from_strategies(stored)), parse_float=fractions.append)
    assert fractions == [], "no number is kept whose meaning its reader chooses"


@pytest.mark.parametrize("order", [(1e23, int(1e23)), (int(1e23), 1e23)])
def test_a_number_with_an_exponent_and_the_whole_one_that_equals_it_say_what_each_says(
    order: tuple[float, float],
) -> None:
    fraction.cache_clear()
    assert {str(number): fraction(number) for number in order} == {
        "1e+23": 10**23,
        "99999999999999991611392": 99999999999999991611392,
    }


def test_a_stored_proposal_has_its_numbers_as_its_identifier_has_them() -> None:
    pasted = a_proposal(terms=some_terms(strategies=_with(1e23)))
    for exact in (10**23, int(1e23)):
        meant = a_proposal(terms=some_terms(strategies=in_documents_form(_with(exact))))
        found = as_named(replace(pasted, cid=proposal_cid(meant)))
        assert found.terms == meant.terms
        assert proposal_cid(found) == found.cid
    for other in (replace(pasted, cid="bafkother"), replace(pasted, cid=None), a_draft()):
        assert as_named(other) == other


@pytest.mark.parametrize("number", [3.0, 1e16, 1e23, 4.3176505607495254e23, -1e23, 2**60, 2**256 - 1])
@pytest.mark.parametrize("kind", ["int256", "uint256", "string"])
def test_what_a_contract_is_asked_is_the_same_by_the_document(kind: str, number: float) -> None:
    """A reader of the document asks with the numbers that it holds, which are what their shortest text says."""
    if (kind, number) in {("uint256", -1e23), ("int256", 2**256 - 1)}:
        return
    abi = {
        "name": "held",
        "inputs": [{"type": kind}, {"type": "address"}],
        "outputs": [{"name": "", "type": "uint256"}],
    }
    params = {
        "address": "0x" + "70" * 20,
        "symbol": "V",
        "decimals": 0,
        "methodABI": abi,
        "args": [number, "%{address}"],
    }
    entry = {"name": "contract-call", "network": "1", "params": params}
    (before,) = parse_strategies(json.dumps([entry]))
    document = json.loads(canonical(proposal_document(a_proposal(terms=some_terms(strategies=(before,), scale=0)))))
    (after,) = parse_strategies(json.dumps(document["strategies"]))
    wallet = Address("0x" + "12" * 20)
    asked = [next(evaluate([one], [wallet])) for one in (before, after)]
    assert asked[0] == asked[1]


def test_voters_of_their_own_stand_in_a_document_of_the_second_schema_and_read_back() -> None:
    plain = a_proposal()
    assert "voters" not in proposal_document(plain)
    assert proposal_document(plain)["schema"] == "folkmoot/proposal/1"
    assert plain.terms is not None
    some = replace(plain, terms=replace(plain.terms, voters=(RoleId(2**63), RoleId(7))))
    document = proposal_document(some)
    assert (document["schema"], document["voters"]) == ("folkmoot/proposal/2", (str(2**63), "7"))
    again = json.loads(canonical(document))
    terms = read_proposal(again, "proposal", ()).terms
    assert terms is not None
    assert terms.voters == (RoleId(2**63), RoleId(7))
    for wrong in ([], ["x"], [7], None):
        with pytest.raises(Malformed):
            read_proposal(again | {"voters": wrong}, "proposal", ())
    with pytest.raises(Malformed):
        read_proposal(again | {"schema": "folkmoot/proposal/1"}, "proposal", ())
