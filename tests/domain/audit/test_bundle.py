"""A bundle holds a result from which it can be recomputed, and no change of it goes unseen."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import MOST, State
from bot.domain.audit.bundle.reading.bundle_file import Malformed, check_depth, packed, parsed, unpacked
from bot.domain.audit.bundle.writing.bundle_builder import Bundle, BundleSource, line_form, make_bundle
from bot.domain.audit.bundle.writing.sections import Registered, ballot_line
from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.hashing.content_id import cid
from bot.domain.audit.hashing.merkle_tree import root
from bot.domain.audit.proposal_document import proposal_cid, proposal_document
from bot.domain.power import symbol_of
from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.proposals.vote_rules import Approval, Settled, Share, Whole, resolve
from bot.domain.shared.types import Address, MemberId, Units
from bot.domain.voting import OFFERED, SYSTEMS, Mark, VotingType
from bot.domain.voting.ballot_forms import Form, Partial, Ranking, Set, Single, Stars, Weights
from bot.domain.voting.recusal import Recusal, RecusedWallet
from tests.builders import (
    AUTHOR,
    CHAIN,
    NOW,
    ONE,
    TOKEN,
    VOTER,
    a_ballot,
    a_block,
    a_proposal,
    a_strategy,
    an_address,
    some_terms,
)
from tests.bundles import BALLOTS, a_bundle, a_commitment, at, broken, failures, forged, paths

OF_FORM: dict[Form, tuple[Mark, ...]] = {
    Single(): (1, 3, 3),
    Set(): ((1, 2), (3,), ()),
    Weights(): ((1, 2, 0), (0, 0, 7), (1, 1, 1)),
    Ranking(Partial.OPTION): ((3, 1, 2), (2, 1, 3), (1, 2, 3)),
    Ranking(Partial.ALWAYS): ((3, 1), (2,), (1, 2, 3)),
    Stars(5): ((5, 0, 3), (0, 1, 2), (4, 4, 4)),
}
MARKS: dict[str, tuple[Mark, ...]] = {
    **{voting: OF_FORM[system.form] for voting, system in SYSTEMS.items()},
    "basic": (1, 2, 3),
}


def test_every_field_is_there_and_the_file_is_canonical() -> None:
    bundle = a_bundle()
    value = json.loads(bundle.content)
    assert bundle.content == canonical(value)
    assert bundle.cid == cid(bundle.content)
    assert value["schema"] == "folkmoot/bundle/2"
    assert value["proposal"]["document"] == json.loads(canonical(proposal_document(a_proposal())))
    assert value["proposal"]["cid"] == proposal_cid(a_proposal())
    assert value["ballots"][1] == {
        "at": NOW,
        "check": value["ballots"][1]["check"],
        "mark": 2,
        "power": str(40 * ONE),
        "receipt": "2" * 32,
        "scores": [str(40 * ONE)],
        "wallet": an_address(2),
    }
    lines = [canonical({k: v for k, v in entry.items() if k != "check"}) for entry in value["ballots"]]
    assert value["root"] == bundle.root == root(lines)
    assert value["ballots"][1]["check"] == sha256(b"\x00" + lines[1]).hexdigest()[:16]
    assert value["tally"]["scores"] == [str(60 * ONE), str(40 * ONE), "7"]
    assert value["outcome"]["sentence"].startswith("Passed: “For” has 60 VITA, 60 % of For and Against")


def test_the_form_of_a_line_is_the_canonical_form() -> None:
    for voting in OFFERED:
        for number, mark in enumerate(MARKS[voting], start=1):
            line = {**ballot_line(a_ballot(number, mark, via=AUTHOR), {AUTHOR: "a" * 32}), "signed": STRANGE}
            assert line_form(line) == canonical(line)
    with pytest.raises(ValueError, match="surrogate"):
        line_form({"at": 1, "receipt": "\ud800"})


STRANGE = {"reason": '\u2028 \x7f \u0000 \t é 😀 \\ " /', "chain": "1", "block": None, "choice": [1, 2]}


def test_it_holds() -> None:
    bundle = a_bundle()
    found = list(check(bundle.content, read(bundle.content), expected_cid=bundle.cid, expected_root=bundle.root))
    assert {finding.state for finding in found} == {State.HOLDS}
    assert len(found) == 15


@pytest.mark.parametrize("voting", OFFERED)
def test_every_voting_system_reads_back(voting: VotingType) -> None:
    ballots = [a_ballot(n, mark, n * ONE + 1) for n, mark in enumerate(MARKS[voting], start=1)]
    assert failures(a_bundle(ballots, a_proposal(voting=voting)).content) == []


def _by_average_support() -> Bundle:
    marks = (((1, 2, 3), 5), ((2, 3, 1), 3), ((3, 1, 2), 3))
    ballots = [a_ballot(number, mark, power * ONE) for number, (mark, power) in enumerate(marks, start=1)]
    return a_bundle(ballots, a_proposal(voting="copeland", choices=("Mice", "Yeast", "Worms")))


def test_the_sentence_names_the_rule_that_decided() -> None:
    bundle = _by_average_support()
    assert json.loads(bundle.content)["outcome"]["sentence"] == (
        "Decided: “Mice”, which has the most average support of those that win most often: "
        "it wins 1, loses 1 of 2 head to head."
    )
    assert failures(bundle.content) == []


def test_a_bundle_of_the_first_schema_holds_with_the_words_that_were_posted_with_it_and_no_others() -> None:
    first = "Decided: “Mice” wins most often head to head."
    bundle = _by_average_support()

    def posted(value: dict[str, Any]) -> None:
        value["schema"] = "folkmoot/bundle/1"
        value["votable"] = {}
        value["outcome"]["sentence"] = first

    assert failures(forged(bundle.content, posted)) == []
    told = failures(forged(bundle.content, lambda value: value.update(schema="folkmoot/bundle/1", votable={})))
    assert len(told) == 1
    assert told[0].startswith("outcome: outcome sentence")
    told = failures(forged(bundle.content, lambda value: value["outcome"].update(sentence=first)))
    assert told[0].startswith("outcome: outcome sentence")


def test_a_vote_without_ballots_has_a_bundle() -> None:
    assert failures(a_bundle(()).content) == []


def test_the_order_in_which_ballots_came_is_not_in_it() -> None:
    assert a_bundle(BALLOTS[::-1]) == a_bundle(BALLOTS)


def test_no_member_and_no_guild_member_id_is_in_it() -> None:
    recusal = Recusal(member=AUTHOR, by=VOTER, at=NOW, wallets=())
    ballots = [replace(ballot, member=VOTER, via=AUTHOR) for ballot in BALLOTS]
    bundle = a_bundle(ballots, a_proposal(recusals=(recusal,)), references={AUTHOR: "a" * 32})
    for member in (AUTHOR, VOTER):
        assert str(member).encode() not in bundle.content
    assert json.loads(bundle.content)["ballots"][0]["via"] == "a" * 32
    assert json.loads(bundle.content)["recusals"][0]["by"] == "moderator"
    assert failures(bundle.content) == []


def test_a_proposal_that_was_not_counted_has_no_bundle() -> None:
    with pytest.raises(ValueError, match="has no result"):
        make_bundle(BundleSource(proposal=a_proposal(), ballots=(), software=""))


def _of_shares() -> tuple[Proposal, dict[Address, int]]:
    rules = Settled(
        quorum=Share(share=Fraction(1, 20), of=Whole.LINKED),
        approval=Approval(share=Fraction(1, 10), strict=False, of=Whole.SUPPLY),
    )
    wholes = {Whole.LINKED: Units(108 * ONE), Whole.SUPPLY: Units(500 * ONE)}
    quorum, threshold = resolve(rules, wholes, 18)
    votable = {an_address(1): 60 * ONE, an_address(2): 40 * ONE, an_address(9): 8 * ONE}
    gone = RecusedWallet(address=an_address(9), power=Units(8 * ONE), supply=Units(8 * ONE), linked=Units(8 * ONE))
    recusal = Recusal(member=MemberId(9), by=MemberId(9), at=NOW, wallets=(gone,))
    terms = some_terms(rules=rules, wholes=wholes, quorum=quorum, threshold=threshold)
    return a_proposal(terms=terms, recusals=(recusal,)), votable


def test_shares_of_wholes_and_recusals_are_recomputed() -> None:
    proposal, votable = _of_shares()
    bundle = a_bundle(proposal=proposal, votable=votable)
    value = json.loads(bundle.content)
    assert value["standing"]["quorum"] == str(5 * ONE)
    assert value["standing"]["wholes"] == {"linked wallets": str(100 * ONE), "token supply": str(492 * ONE)}
    assert value["outcome"]["threshold"]["votable"] == str(492 * ONE)
    assert failures(bundle.content) == []


def test_delegations_are_those_that_concern_who_voted() -> None:
    given = {an_address(7): an_address(1), an_address(2): an_address(8), an_address(7 + 1): an_address(9)}
    registered = Registered(chain=CHAIN, ids=("0x" + "0" * 64,), given=given)
    bundle = a_bundle(registered=[registered])
    (entry,) = json.loads(bundle.content)["delegations"]
    assert entry["given"] == {an_address(7): an_address(1), an_address(2): an_address(8)}
    assert failures(bundle.content) == []


def _rich() -> Bundle:
    proposal, votable = _of_shares()
    ballots = [replace(BALLOTS[0], via=AUTHOR), *BALLOTS[1:]]
    registered = Registered(chain=CHAIN, ids=("0x" + "0" * 64,), given={an_address(7): an_address(1)})
    return a_bundle(ballots, proposal, votable=votable, registered=[registered], references={AUTHOR: "a" * 32})


@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_of_any_byte_goes_unseen(bit: int) -> None:
    content = _rich().content
    for place in range(bit, len(content), 8):
        for flipped in (bit, bit ^ 1) if place % 3 == 0 else (bit,):
            changed = bytearray(content)
            changed[place] ^= 1 << flipped
            assert broken(bytes(changed)), (place, flipped, content[place - 20 : place + 20])


def test_a_changed_field_is_named() -> None:
    bundle = _rich()
    value = json.loads(bundle.content)
    for place in paths(value):
        changed = json.loads(bundle.content)
        stands = at(value, place)
        at(changed, place[:-1])[place[-1]] = _other(stands)
        found = failures(canonical(changed))
        wanted = (
            f"ballot of {value['ballots'][place[1]]['wallet']}"
            if place[0] == "ballots" and place[2] != "wallet"
            else place[1]
            if place[0] == "digests"
            else str(place[0])
        )
        assert any(wanted in line for line in found), (place, found)


def _other(value: int | str | None) -> int | str:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case None:
            return 1
        case _ if value[-1:] in ("0", "2", "4", "6", "8", "a"):
            return value[:-1] + "1"
        case _:
            return value[:-1] + "0"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda v: v["ballots"].append(v["ballots"][1]), "the wallet has more than one"),
        (lambda v: v["ballots"].insert(0, v["ballots"][1]), "it is out of order"),
        (lambda v: v["ballots"].pop(1), "tally"),
        (lambda v: v["ballots"].reverse(), "it is out of order"),
        (
            lambda v: v["ballots"][1].update(mark=4),
            f"ballot of {an_address(2)} mark: it does not fit the ballot (choice: not on ballot (choices",
        ),
        (lambda v: v["ballots"][1].update(at=NOW - 1), f"ballot of {an_address(2)} at:"),
        (lambda v: v["ballots"][1].update(power="1"), f"ballot of {an_address(2)} power:"),
        (lambda v: v["ballots"][1].update(scores=["1", "2"]), f"ballot of {an_address(2)} scores: 2 for 1 strategies"),
        (lambda v: v["ballots"][1].update(mark=1), "tally scores 1"),
        (lambda v: v["tally"].update(ballots=4), "tally ballots: it says 4, computed is 3"),
        (lambda v: v["tally"].pop("pairs"), "tally pairs: it is missing"),
        (lambda v: v["tally"].update(more=1), "tally more: it should not be there"),
        (lambda v: v["outcome"].update(verdict="rejected"), "outcome verdict"),
        (lambda v: v["outcome"].update(sentence="Rejected."), "outcome sentence"),
        (lambda v: v["proposal"].update(cid="b" + "a" * 58), "proposal cid"),
        (lambda v: v["proposal"]["document"]["text"].update(title="Else"), "proposal cid"),
        (lambda v: v["proposal"]["document"]["quorum"].update(amount="1"), "quorum: it says 1, by the rules it is 0"),
        (lambda v: v["proposal"]["document"]["threshold"].update(share="1/3"), "threshold"),
        (lambda v: v["proposal"]["document"].update(strategies=[]), "strategies are none"),
        (lambda v: v["proposal"]["document"]["strategies"][0].update(name="ours"), "unknown strategy ours"),
        (lambda v: v["proposal"]["document"]["strategies"][0]["params"].update(decimals=6), "proposal cid"),
        (lambda v: v["standing"].update(quorum="1"), "standing quorum"),
        (lambda v: v.update(counted_at=NOW), f"less than {GRACE} s after the end"),
        (lambda v: v.update(votable=a_commitment()), "votable: it is not needed by the rules"),
        (
            lambda v: v.update(
                recusals=[
                    {
                        "at": NOW,
                        "by": "member",
                        "wallets": [{"wallet": an_address(2), "power": "0", "supply": "0", "linked": "0"}],
                    }
                ]
            ),
            f"ballot of {an_address(2)}: the wallet is recused",
        ),
    ],
)
def test_what_contradicts_itself_is_found_though_all_hashes_were_computed_anew(
    change: Callable[..., object], named: Address
) -> None:
    found = failures(forged(a_bundle().content, change))
    assert any(named in line for line in found), found


def test_a_forgery_that_agrees_with_itself_is_another_bundle() -> None:
    bundle = a_bundle()
    other = a_bundle([replace(BALLOTS[0], mark=2), *BALLOTS[1:]])
    assert failures(other.content) == []
    assert any("content identifier" in line for line in failures(other.content, cid=bundle.cid))
    assert any("Merkle root" in line for line in failures(other.content, root=bundle.root))


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (b"", "not JSON"),
        (b"PK\x03\x04", "not JSON"),
        (b"\xff\xfe{}", "byte 0 is not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"[]", "no JSON object"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"schema":"folkmoot/bundle/3"}', "neither folkmoot/bundle/2 nor folkmoot/bundle/1"),
        (b'{"schema":1}', "neither folkmoot/bundle/2 nor folkmoot/bundle/1"),
        (b'{"schema":"folkmoot/bundle/1"}', "lacks ballots"),
        (b'{"schema":"folkmoot/bundle/2"}', "lacks ballots"),
        (b'{"a":1,"a":1}', "stands twice"),
        (b'{"a":1.5}', "no whole one"),
        (b'{"a":1e999999999}', "no whole one"),
        (b'{"a":NaN}', "no whole one"),
        (b'{"a":-Infinity}', "no whole one"),
        (b'{"a":' + b"9" * 100_000 + b"}", "too large"),
        (b'{"a":9007199254740992}', "too large"),
    ],
)
def test_what_is_no_bundle_is_told_in_one_line(written: bytes, problem: str) -> None:
    (found,) = failures(written)
    assert problem in found
    assert "\n" not in found
    assert len(found) < 300


OTHERS: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**15,
    "",
    "-1",
    "\u0663",
    "0x",
    "\ud800",
    [],
    {},
    [[]],
    {"a": {}},
    ["x"] * 200,
)


@pytest.mark.parametrize("part", range(4))
def test_every_value_of_another_type_is_told_and_nothing_breaks(part: int) -> None:
    content = _rich().content
    value = json.loads(content)
    places = list(paths(value))
    places += [place[:-1] for place in places if len(place) > 1]
    for number, place in enumerate(dict.fromkeys(places)):
        for other in OTHERS[(number + part) % 4 :: 4]:
            changed = json.loads(content)
            at(changed, place[:-1])[place[-1]] = other
            written = json.dumps(changed, sort_keys=True, separators=(",", ":")).encode()
            assert broken(written), (place, other)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace('"software":', ' "software":'),
        lambda text: text.replace('"counted_at"', '"\\u0063ounted_at"'),
        lambda text: text + "\n",
        lambda text: text.replace('{"ballots"', '{"schema":"folkmoot/bundle/1","ballots"'),
        lambda text: json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=True),
        lambda text: json.dumps(dict(reversed(json.loads(text).items())), separators=(",", ":"), ensure_ascii=False),
        lambda text: text.replace("rapamycin", "r\u0430pamycin"),
        lambda text: text.replace("rapamycin", "rapamycin\u200b"),
    ],
    ids=["space", "escape", "newline", "twice", "ascii", "order", "homoglyph", "invisible"],
)
def test_the_same_value_in_another_writing_is_another_file(spoil: Callable[[str], str]) -> None:
    text = a_bundle().content.decode()
    assert spoil(text) != text
    assert failures(spoil(text).encode())


def test_two_writings_of_one_letter_are_two_texts() -> None:
    proposals = [a_proposal(choices=(choice, "No")) for choice in ("\u00e9t\u00e9", "e\u0301te\u0301")]
    one, other = (a_bundle(BALLOTS[:2], proposal) for proposal in proposals)
    assert failures(one.content) == failures(other.content) == []
    assert one.cid != other.cid


def test_a_packed_file_is_the_same_each_time_and_unpacks() -> None:
    bundle = a_bundle()
    assert packed(bundle.content) == packed(bundle.content)
    assert packed(bundle.content)[:10].hex() == "1f8b08000000000002ff"
    assert unpacked(packed(bundle.content)) == zlib.decompress(packed(bundle.content), 31) == bundle.content
    assert unpacked(bundle.content) == bundle.content


def test_a_damaged_packed_file_is_refused_or_holds_the_same() -> None:
    content = a_bundle().content
    whole = packed(content)
    seen = 0
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        try:
            assert unpacked(bytes(changed)) == content or broken(unpacked(bytes(changed)))
        except Malformed:
            seen += 1
    assert seen > len(whole) // 2
    for cut in range(0, len(whole), 7):
        with pytest.raises(Malformed, match="gzip" if cut > 1 else "not JSON"):
            parsed(unpacked(whole[:cut]))
    with pytest.raises(Malformed, match="something follows"):
        unpacked(whole + b"\0")


def test_a_file_that_would_unpack_to_more_than_it_may_is_refused_before_it_does() -> None:
    bomb = packed(b" " * 20_000_000)
    assert len(bomb) < 50_000
    with pytest.raises(Malformed, match="more than 1 MiB"):
        unpacked(bomb, 1024 * 1024)


def test_of_many_failures_some_are_named_and_the_rest_counted() -> None:
    ballots = [a_ballot(number) for number in range(1, 101)]
    changed = forged(a_bundle(ballots).content, lambda value: [b.update(power="2") for b in value["ballots"]])
    found = [line for line in failures(changed) if line.startswith("sums")]
    assert len(found) == MOST + 1
    assert found[-1] == "sums: and 80 more"


def test_several_strategies_and_chains_read_back() -> None:
    strategies = (a_strategy(), a_strategy(network=10))
    snapshot = {CHAIN: a_block(), 10: a_block(7, chain=10, timestamp=NOW - 5)}
    ballots = [a_ballot(1, scores=(3, 4), power=7)]
    proposal = a_proposal(terms=some_terms(strategies=strategies, snapshot=snapshot))
    assert failures(a_bundle(ballots, proposal).content) == []
    late = {CHAIN: a_block(), 10: a_block(7, chain=10, timestamp=NOW + 5)}
    proposal = a_proposal(terms=some_terms(strategies=strategies, snapshot=late))
    assert any("later than the block" in line for line in failures(a_bundle(ballots, proposal).content))


@given(st.lists(st.text(alphabet='"\\[]{}a', max_size=8), max_size=20), st.integers(1, 80))
def test_depth_is_that_of_lists_and_objects_whatever_texts_hold(texts: Sequence[str], depth: int) -> None:
    written = json.dumps([texts, "x"]).encode()
    deep = written[:-1] + b"," + b"[" * depth + b"]" * depth + b"]"
    if depth + 1 <= 64:
        check_depth(deep)
    else:
        with pytest.raises(Malformed, match="nested too deeply"):
            check_depth(deep)


@pytest.mark.parametrize("alike", ["For\u200b", "FOR", "F\u043er", "For\U00013439"])
def test_labels_that_a_table_of_characters_calls_alike_are_read_with_every_table(alike: str) -> None:
    """Newer versions of Python know more characters: what the bot took with its own holds with any."""
    proposal = a_proposal(voting="single-choice", choices=("For", alike, "Abstain"))
    assert failures(a_bundle(proposal=proposal).content) == []


@pytest.mark.parametrize(
    "choices", [("For", "For", "Abstain"), ("For", "", "Abstain"), ("For", " ", "Abstain"), ("For",)]
)
def test_labels_that_no_table_of_characters_tells_apart_are_refused(choices: tuple[str, ...]) -> None:
    proposal = a_proposal(voting="single-choice", choices=("For", "Against", "Abstain"))

    def change(bundle: dict[str, Any]) -> None:
        bundle["proposal"]["document"]["text"]["choices"] = list(choices)

    assert any("choices" in one for one in failures(forged(a_bundle(proposal=proposal).content, change)))


def test_a_symbol_is_read_as_it_was_written_with_every_table_of_characters() -> None:
    """A heart that Unicode has since 2022 is none that Python 3.11 knows, and stays; what hides goes with any."""
    params = {"address": TOKEN, "symbol": "VITA \U0001fa77\u200b\u202e\U00013439", "decimals": 18}
    strategy = a_strategy(params=params)
    assert strategy.params["symbol"] == "VITA \U0001fa77"
    terms = some_terms(strategies=(strategy,), symbol=symbol_of([strategy]))
    assert failures(a_bundle(proposal=a_proposal(terms=terms)).content) == []
