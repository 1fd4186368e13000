"""The digest of a signed ballot: Snapshot's own vectors, and eth-account on whatever a member may write."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import _hash_eip191_message, encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chain.signatures.key_recovery import signer
from bot.domain.shared.addresses import parse_address
from bot.domain.shared.eip712 import Struct, digest
from bot.domain.shared.types import Timestamp
from bot.domain.voting import Mark, VotingType
from bot.domain.voting.ballot_message import DOMAIN, BallotMessage, Choice, choice_of

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "vectors" / "snapshot-eip712.jsonl").read_text().splitlines()
]
NODE = Path(__file__).parents[2] / "node"
VOTES = [one for one in RECORDED if one["primaryType"] == "Vote"]
ADDRESS = parse_address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")


def named(one: dict[str, Any]) -> str:
    return f"{one['tag']} {one['address'][:6]}"


def message_of(one: dict[str, Any]) -> BallotMessage:
    fields = dict(one["message"])
    choice = fields.pop("choice")
    voter = parse_address(fields.pop("from"))
    return BallotMessage(voter=voter, choice=tuple(choice) if isinstance(choice, list) else choice, **fields)


def struct_of(one: dict[str, Any]) -> Struct:
    kind = one["primaryType"]
    return Struct(kind, {entry["name"]: entry["type"] for entry in one["types"][kind]})


def test_there_are_votes_of_every_form_among_the_vectors() -> None:
    assert {type(one["message"]["choice"]) for one in VOTES} == {int, list, str}
    assert len([one for one in VOTES if not one.get("verify")]) == 2


@pytest.mark.parametrize("one", VOTES, ids=named)
def test_a_vote_has_snapshots_digest_and_its_signer(one: dict[str, Any]) -> None:
    message = message_of(one)
    assert "0x" + message.digest().hex() == one["hash"]
    recovered = signer(message.digest(), bytes.fromhex(one["sig"][2:]))
    assert recovered == one.get("ecdsaRecovered", one["address"]).lower()
    assert (recovered == message.voter) is one.get("verify", False)
    shown = message.typed_data()
    assert (shown["domain"], shown["types"]["Vote"], shown["message"]) == (
        one["domain"],
        one["types"]["Vote"],
        one["message"],
    )


@pytest.mark.parametrize("one", RECORDED, ids=named)
def test_every_type_of_snapshots_is_hashed_alike(one: dict[str, Any]) -> None:
    domain = Struct("EIP712Domain", {"name": "string", "version": "string"}).hash(one["domain"])
    assert "0x" + digest(domain, struct_of(one).hash(one["message"])).hex() == one["hash"]


def test_the_published_vote_is_signed_by_whom_it_is_said_to_be() -> None:
    message = BallotMessage(
        voter=ADDRESS, space="vote.example.eth", timestamp=Timestamp(1_700_000_000), proposal="0x01", choice=1, app=""
    )
    published = (
        "df4238be96d7775b3a5cb2340fc795fe857dc017f4e9345373aae017017eb78d"
        "1aefe974a30cdb17fd5d5d23648732f8c487d2655afb32d4481d9d4929882e211c"
    )
    assert signer(message.digest(), bytes.fromhex(published)) == ADDRESS


texts = st.text(max_size=60)
choices = st.one_of(
    st.integers(0, 2**32 - 1), st.lists(st.integers(0, 2**32 - 1), max_size=6).map(tuple), st.text(max_size=40)
)
messages = st.builds(
    BallotMessage,
    voter=st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex()),
    space=texts,
    timestamp=st.integers(0, 2**64 - 1),
    proposal=texts,
    choice=choices,
    reason=texts,
    app=texts,
    metadata=texts,
)


@settings(max_examples=60)
@given(messages)
def test_eth_account_hashes_whatever_is_written_alike(message: BallotMessage) -> None:
    shown = json.loads(json.dumps(message.typed_data()))
    assert _hash_eip191_message(encode_typed_data(full_message=shown)) == message.digest()


@pytest.mark.node
@pytest.mark.skipif(
    not (shutil.which("node") and (NODE / "node_modules" / "ethers").is_dir()), reason="npm's ethers is not installed"
)
def test_ethers_hashes_what_wallets_are_shown_alike() -> None:
    choices: list[Choice] = [1, 2**32 - 1, (), (3, 1, 2), "", '{"1":0.5,"2":10}', "Über 長寿 \U0001f9ec"]
    written = [
        BallotMessage(
            voter=ADDRESS,
            space="vote.example.eth",
            timestamp=Timestamp(1_700_000_000 + at),
            proposal="0x01",
            choice=one,
        )
        for at, one in enumerate(choices)
    ]
    asked = json.dumps([message.typed_data() for message in written])
    ran = subprocess.run(
        ["node", "typed.mjs"], cwd=NODE, input=asked, capture_output=True, text=True, check=True, timeout=20
    )
    assert json.loads(ran.stdout) == ["0x" + message.digest().hex() for message in written]


def test_every_field_is_bound_by_the_digest() -> None:
    base: dict[str, Any] = {
        "voter": ADDRESS,
        "space": "s",
        "timestamp": 1,
        "proposal": "p",
        "choice": 1,
        "reason": "r",
        "app": "a",
        "metadata": "{}",
    }
    others = base | {
        "voter": parse_address("0x" + "11" * 20),
        "space": "S",
        "timestamp": 2,
        "proposal": "P",
        "choice": (1,),
        "reason": "",
        "app": "b",
        "metadata": "",
    }
    digests = {BallotMessage(**base | {name: other}).digest() for name, other in others.items()}
    assert len(digests | {BallotMessage(**base).digest()}) == 1 + len(base)


@pytest.mark.parametrize("wrong", [{"choice": -1}, {"choice": 2**32}, {"choice": (1, -1)}, {"timestamp": 2**64}])
def test_a_number_outside_of_its_type_is_refused(wrong: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"voter": ADDRESS, "space": "s", "timestamp": 1, "proposal": "p", "choice": 1} | wrong
    with pytest.raises(ValueError, match="whole number"):
        BallotMessage(**fields).digest()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("address", "0x11"),
        ("address", 1),
        ("bytes32", b"short"),
        ("string", 5),
        ("uint8", 256),
        ("uint8", True),
        ("uint32[]", "12"),
        ("uint32[]", 12),
    ],
)
def test_a_value_that_its_type_has_not_is_refused(kind: str, value: bytes | int | str) -> None:
    with pytest.raises(ValueError, match="is no"):
        Struct("One", {"value": kind}).hash({"value": value})


def test_a_struct_takes_its_own_fields_and_known_types_only() -> None:
    with pytest.raises(ValueError, match="has the fields name, version"):
        Struct("Two", {"name": "string", "version": "string"}).hash({"name": "x"})
    for kind in ("int8", "uint7", "Person", "bytes4"):
        with pytest.raises(ValueError, match="is not a type"):
            Struct("One", {"value": kind})


@pytest.mark.parametrize(
    ("voting", "mark", "choice"),
    [
        ("basic", 2, 2),
        ("single-choice", 3, 3),
        ("approval", (1, 3), (1, 3)),
        ("ranked-choice", (3, 1, 2), (3, 1, 2)),
        ("copeland", (2, 1), (2, 1)),
        ("schulze", (2,), (2,)),
        ("weighted", (1, 0, 3), '{"1":1,"3":3}'),
        ("quadratic", (0, 10), '{"2":10}'),
        ("star", (5, 0, 4), '{"1":5,"3":4}'),
    ],
)
def test_marks_are_written_as_snapshot_does(voting: VotingType, mark: Mark, choice: Choice) -> None:
    assert choice_of(voting, mark) == choice
    message = BallotMessage(
        voter=ADDRESS, space="s", timestamp=Timestamp(1), proposal="p", choice=choice_of(voting, mark)
    )
    kind = {int: "uint32", tuple: "uint32[]", str: "string"}[type(choice)]
    assert {"name": "choice", "type": kind} in message.typed_data()["types"]["Vote"]
    assert message.typed_data()["domain"] is DOMAIN
