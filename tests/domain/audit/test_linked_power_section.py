"""The power of all linked wallets in a bundle: who voted is under the root, nobody else is shown, the total is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import State
from bot.domain.audit.hashing.merkle_sum_tree import MOST
from bot.domain.audit.linked_power import commit_to
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Settled, Share, Whole, resolve
from bot.domain.shared.types import Address, MemberId, Units
from bot.domain.voting.recusal import Recusal, RecusedWallet
from tests.builders import NOW, ONE, a_proposal, an_address, some_terms
from tests.bundles import a_bundle, broken, failures, forged

ADA, BEN, CHI, GONE, SILENT = (an_address(number) for number in (1, 2, 3, 9, 8))
POWERS = {ADA: 60 * ONE, BEN: 40 * ONE, GONE: 8 * ONE, SILENT: 31 * ONE + 7}


def of_linked(recused: bool = True, total: int | None = None) -> Proposal:
    rules = Settled(quorum=Share(share=Fraction(1, 20), of=Whole.LINKED))
    wholes = {Whole.LINKED: Units(sum(POWERS.values()) if total is None else total)}
    quorum, threshold = resolve(rules, wholes, 18)
    gone = RecusedWallet(address=GONE, power=Units(8 * ONE), supply=Units(0), linked=Units(8 * ONE))
    recusals = (Recusal(member=MemberId(9), by=MemberId(9), at=NOW, wallets=(gone,)),) if recused else ()
    return a_proposal(
        terms=some_terms(rules=rules, wholes=wholes, quorum=quorum, threshold=threshold), recusals=recusals
    )


@pytest.fixture
def bundle() -> bytes:
    """Ada and Ben voted, who hold most; Chi voted too and linked later; one is out, and one keeps silent."""
    return a_bundle(proposal=of_linked(), votable=POWERS).content


def test_who_did_not_vote_is_in_it_neither_by_wallet_nor_by_power(bundle: bytes) -> None:
    assert SILENT[2:].encode() not in bundle
    stated = json.loads(bundle)["votable"]
    assert [one["wallet"] for one in stated["leaves"]] == [ADA, BEN, GONE]
    assert (stated["sum"], stated["rest"]["sum"]) == (str(sum(POWERS.values())), str(31 * ONE + 7))
    assert failures(bundle) == []


def test_one_who_keeps_silent_is_not_told_from_many() -> None:
    """Rests of one wallet and of twenty differ in their hash alone."""
    shapes = set()
    for many in (1, 20):
        powers = {ADA: 60 * ONE, BEN: 40 * ONE, GONE: 8 * ONE}
        powers |= {an_address(100 + number): ONE * 20 // many for number in range(many)}
        made = json.loads(a_bundle(proposal=of_linked(total=sum(powers.values())), votable=powers).content)["votable"]
        assert made["rest"]["sum"] == str(20 * ONE)
        shapes.add(str({**made, "root": "", "rest": {**made["rest"], "hash": ""}}))
    assert len(shapes) == 1


def test_the_root_can_be_computed_from_the_page_of_the_docs(bundle: bytes) -> None:
    stated = json.loads(bundle)["votable"]

    def node(left: tuple[int, bytes], right: tuple[int, bytes]) -> tuple[int, bytes]:
        content = b"".join((b"\x03", left[0].to_bytes(32, "big"), left[1], right[0].to_bytes(32, "big"), right[1]))
        return left[0] + right[0], sha256(content).digest()

    a, b, c = (
        (
            int(one["power"]),
            sha256(
                b"\x02"
                + bytes.fromhex(one["salt"])
                + bytes.fromhex(one["wallet"][2:])
                + int(one["power"]).to_bytes(32, "big")
            ).digest(),
        )
        for one in stated["leaves"]
    )
    rest = int(stated["rest"]["sum"]), bytes.fromhex(stated["rest"]["hash"])
    total, top = node(node(node(a, b), c), rest)
    assert (str(total), top.hex()) == (stated["sum"], stated["root"])


def test_what_is_shown_holds_and_the_total_is_said_to_be_unchecked(bundle: bytes) -> None:
    found = [finding for finding in check(bundle, read(bundle)) if finding.check == "linked power"]
    assert [finding.state for finding in found] == [State.HOLDS, State.UNCHECKED]
    assert "3 wallets and the rest" in found[0].detail
    assert "left out, made up or counted twice" in found[1].detail
    later = "1 who voted or are recused are not shown in it, as if they had been linked later"
    assert found[1].detail.endswith(later), "a host may leave out whom it likes, and so move the quorum"


def _leaf(value: dict[str, Any], place: int, **fields: str) -> None:
    value["votable"]["leaves"][place].update(fields)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: _leaf(v, 0, power=str(61 * ONE)), f"votable {ADA}: it says {61 * ONE}, its power is {60 * ONE}"),
        (lambda v: _leaf(v, 0, salt="00" * 15 + "ff"), "votable root: it says"),
        (lambda v: v["votable"]["leaves"].reverse(), "out of order"),
        (lambda v: v["votable"]["leaves"].append(v["votable"]["leaves"][0]), "stands twice"),
        (lambda v: v["votable"]["leaves"].pop(0), "leaves and rest add up to"),
        (lambda v: _leaf(v, 0, wallet=SILENT), f"votable {SILENT}: it has not voted, and nobody needs to know"),
        (lambda v: v["votable"]["rest"].update(sum="0"), "leaves and rest add up to"),
        (lambda v: v["votable"]["rest"].update(hash="00" * 32), "votable root: it says"),
        (lambda v: v["votable"].update(sum=str(10**30)), "the document says"),
        (lambda v: v.update(votable=None), "votable: it is missing, and the rules take a share of it"),
        (lambda v: v["votable"]["rest"].update(sum="-1"), "votable rest sum is no amount"),
        (lambda v: v["votable"]["rest"].update(sum=str(MOST + 1)), "votable rest sum is beyond 2^256"),
        (lambda v: v["votable"]["rest"].update(sum=str(MOST)), "is not between 0 and 2^256 - 1"),
        (lambda v: _leaf(v, 0, power=str(-ONE)), "votable leaves 1 power is no amount"),
        (lambda v: _leaf(v, 0, salt="ab"), "votable leaves 1 salt is not 16 bytes"),
        (lambda v: _leaf(v, 0, salt="AB" * 16), "votable leaves 1 salt is not 16 bytes"),
        (lambda v: v["votable"].update(leaves={}), "votable leaves is no list"),
        (lambda v: v.update(votable={wallet: str(power) for wallet, power in POWERS.items()}), "votable lacks"),
        (lambda v: v["recusals"][0]["wallets"][0].update(linked="0"), f"recusal of {GONE} linked"),
    ],
)
def test_what_does_not_fit_is_named_though_all_hashes_were_made_anew(
    bundle: bytes, change: Callable[..., object], words: str
) -> None:
    told = failures(forged(bundle, change))
    assert any(words in line for line in told), told


def test_a_rest_that_takes_away_is_refused_whatever_it_adds_up_to(bundle: bytes) -> None:
    """A made-up wallet's power can't be paid for by a negative rest."""

    def forge(value: dict[str, Any]) -> None:
        _leaf(value, 0, power=str(200 * ONE))
        value["votable"]["rest"]["sum"] = str(31 * ONE + 7 - 140 * ONE)

    assert broken(forged(bundle, forge))


def test_bundles_of_the_first_schema_with_their_list_go_on_holding(bundle: bytes) -> None:
    def posted(value: dict[str, Any]) -> None:
        value["schema"] = "folkmoot/bundle/1"
        value["votable"] = {wallet: str(power) for wallet, power in sorted(POWERS.items())}

    first = forged(bundle, posted)
    assert failures(first) == []
    assert read(first).votable == POWERS
    told = failures(forged(first, lambda value: value["votable"].update({SILENT: "1"})))
    assert any("votable: it adds up to" in line for line in told)
    told = failures(forged(first, lambda value: value["votable"].update({ADA: "1", SILENT: str(90 * ONE + 6 + ONE)})))
    assert f"linked power: votable {ADA}: it says 1, its power is {60 * ONE}" in told
    (line,) = [
        one.detail for one in check(first, read(first)) if one.state is State.UNCHECKED and "linked" in one.check
    ]
    assert line.startswith("that all wallets that were linked are listed, so nobody sees whether one is left out")


@given(
    st.dictionaries(st.integers(1, 30), st.integers(0, 10**30), max_size=12).map(
        lambda held: {an_address(number): Units(power) for number, power in held.items()}
    ),
    st.sets(st.integers(1, 30)).map(lambda numbers: {an_address(number) for number in numbers}),
)
def test_every_commitment_opens_to_its_total_and_shows_only_those_who_are_named(
    powers: Mapping[Address, Units], named: set[Address]
) -> None:
    numbers = count(1)
    made = commit_to(powers, named, lambda: next(numbers).to_bytes(16, "big"))
    assert (made.top().amount, made.top().hash.hex()) == (made.total, made.root)
    assert made.total == sum(powers.values())
    assert [one.wallet for one in made.shown] == sorted(powers.keys() & named)
    assert made.rest.amount == sum(power for wallet, power in powers.items() if wallet not in named)
