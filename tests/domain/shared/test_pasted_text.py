"""Addresses, signatures and JSON as people paste them, with what came along when they were copied."""

from __future__ import annotations

import json

import pytest

from bot.domain.power import parse_strategies
from bot.domain.roles.role_rules import parse_tests
from bot.domain.shared.addresses import chain_named_in, parse_address
from bot.domain.shared.errors import InvalidInput, SignatureRejected
from bot.domain.shared.pasted_text import bare, read_json, unfenced
from bot.domain.shared.types import ChainId
from bot.domain.wallets.pasted_signature import parse_signature
from bot.domain.wallets.signature_flaw import Flaw
from tests.refusals import refused, shown

SAFE = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
SIGNATURE = bytes(range(1, 65)) + b"\x1b"
HEX = "0x" + SIGNATURE.hex()
LIST = '[{"name": "erc20-balance-of", "network": "1", "params": {"address": "%s", "decimals": 18}}]'


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (SAFE, None),
        (f"eth:{SAFE}", 1),
        (f"gno:{SAFE}", 100),
        (f"matic:{SAFE}", 137),
        (f"ETH:{SAFE}", 1),
        (f"some-new-chain:{SAFE}", None),
        (f"eip155:8453:{SAFE}", 8453),
        (f"ethereum:{SAFE}", None),
        (f"ethereum:{SAFE}@10", 10),
        (f"`{SAFE}`", None),
        (f"```\neth:{SAFE}\n```", 1),
        (f"\ufeff{SAFE}\u200b", None),
        (f"{SAFE[:20]}\u200b{SAFE[20:]}", None),
        (f"\u202a{SAFE}\u202c", None),
        (f"\u201c{SAFE}\u201d", None),
        (f"'{SAFE}'\n", None),
        (f"\u00a0<{SAFE}>", None),
    ],
)
def test_an_address_is_taken_as_it_was_copied(text: str, chain: ChainId | None) -> None:
    assert parse_address(text) == SAFE.lower()
    assert chain_named_in(text) == chain


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{SAFE} {SAFE}", "is not an address but holds 2. Paste one"),
        ("0x" + "ab" * 32, "64 hexadecimal digits name a transaction or are a private key"),
        (SAFE[:-1], "it has 39 hexadecimal digits"),
        (SAFE[2:], "it has 40 hexadecimal digits without 0x"),
        ("vita.eth", "is a name, not an address"),
        ("eth:vita", "is not an address"),
        (f"eth:{SAFE.replace('A', 'a', 1)}", "wrong checksum"),
    ],
)
def test_what_is_no_address_is_told_as_what_it_is(text: str, told: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_address(text)
    assert told in shown(caught.value)


def test_an_address_that_names_another_chain_than_it_is_used_on_is_refused() -> None:
    assert parse_address(f"eth:{SAFE}", chain=ChainId(1)) == parse_address(f"other:{SAFE}", chain=ChainId(1))
    with refused("names chain 100, and is to be used on chain 1"):
        parse_address(f"gno:{SAFE}", chain=ChainId(1))
    with refused(r"params.address names chain 137, and is to be used on chain 1"):
        parse_strategies(LIST % f"matic:{SAFE}")


@pytest.mark.parametrize(
    "text",
    [
        LIST % SAFE,
        LIST % f"eth:{SAFE}",
        f"```json\n{LIST % SAFE}\n```",
        f"```{LIST % SAFE}```",
        f"```json {LIST % SAFE} ```",
        f"```\n{LIST % SAFE}",
        f"{LIST % SAFE}\n```\n",
        f"`{LIST % SAFE}`",
        f"~~~json\n{LIST % SAFE}\n~~~",
        "\u02cb\u02cb\u02cbjson\n" + LIST % SAFE + "\n\u02cb\u02cb\u02cb",
        "\ufeff" + LIST % SAFE,
        (LIST % SAFE).replace('"', "\u201c", 1).replace('"', "\u201d"),
        (LIST % SAFE).replace(" ", "\u00a0").replace('"', "\u201c"),
        (LIST % SAFE).replace(",", "\u200b,"),
        (LIST % f"\u202a{SAFE}"),
        json.dumps({"space": {"id": "dao.eth", "network": "1", "strategies": json.loads(LIST % SAFE)}}),
        "```\n" + json.dumps({"network": "1", "strategies": json.loads(LIST % SAFE)}) + "\n```",
    ],
)
def test_a_list_is_taken_in_what_it_was_pasted_in(text: str) -> None:
    (strategy,) = parse_strategies(text)
    assert strategy.params["address"] == SAFE.lower()
    (test,) = parse_tests(text, "1")
    assert test.strategies == (strategy,)


def test_quotes_inside_of_a_text_stay_as_they_are() -> None:
    assert read_json('```json\n{"title": "a “good” one", "joined": "👩\u200d🔬"}\n```') == {
        "title": "a “good” one",
        "joined": "👩\u200d🔬",
    }
    assert unfenced(" a `word` and another ") == "a `word` and another"
    assert bare("”0x12“") == "0x12"


def test_where_a_list_stops_being_one_is_counted_without_its_frame() -> None:
    with refused(r"line 2, column 1"):
        parse_strategies("```json\n[\n}\n```")


OWNERS = [("0x" + "bb" * 20, b"\2" * 64 + b"\x1c"), ("0x" + "Aa" * 20, b"\1" * 64 + b"\x1b")]
JOINED = OWNERS[1][1] + OWNERS[0][1]
CONFIRMATIONS = [{"owner": owner, "signature": "0x" + one.hex(), "signatureType": "EOA"} for owner, one in OWNERS]
TEXT = "vote.example.org wants you to sign in with your Ethereum account:\n0x12\n\nNonce: " + "ab" * 12


@pytest.mark.parametrize(
    "text",
    [
        HEX,
        HEX[2:],
        "0X" + HEX[2:].upper(),
        f"`{HEX}`",
        f"```\n{HEX}\n```",
        f"“{HEX}”",
        f"'{HEX}'",
        f"\ufeff{HEX[:40]}\u200b{HEX[40:]}",
        f"{HEX[:66]}\n  {HEX[66:]}",
        json.dumps({"address": SAFE, "msg": TEXT, "sig": HEX, "version": "2"}),
        json.dumps({"address": SAFE, "msg": TEXT, "sig": HEX[2:], "version": "3", "signer": "MEW"}, indent=2),
        json.dumps({"address": SAFE, "msg": TEXT, "sig": HEX, "version": "2"}).replace("\\n", "\n"),
        f"```json\n{json.dumps({'address': SAFE, 'msg': '0x' + TEXT.encode().hex(), 'sig': HEX})}\n```",
        json.dumps({"message": TEXT, "signature": HEX}).replace('"', "”"),
        json.dumps({"jsonrpc": "2.0", "id": 1, "result": HEX}),
        json.dumps({"r": HEX[:66], "s": "0x" + HEX[66:130], "v": 27}),
        json.dumps({"signature": {"r": HEX[:66], "s": "0x" + HEX[66:130], "v": "0x1b", "yParity": "0x0"}}),
        json.dumps(HEX),
        json.dumps([HEX]),
        f"Address: {SAFE}\nSignature: {HEX}",
        f"-----BEGIN ETHEREUM SIGNED MESSAGE-----\n{TEXT}\n-----BEGIN SIGNATURE-----\n{SAFE}\n{HEX}\n-----END-----",
    ],
)
def test_a_signature_is_taken_in_all_that_a_wallet_shows(text: str) -> None:
    assert parse_signature(text) == SIGNATURE


@pytest.mark.parametrize("prepared", [None, "", "0x" + JOINED.hex()])
def test_a_safes_message_is_taken_whole(prepared: str | None) -> None:
    shown = {
        "safe": SAFE,
        "messageHash": "0x" + "cd" * 32,
        "confirmations": CONFIRMATIONS,
        "preparedSignature": prepared,
    }
    assert parse_signature(json.dumps(shown)) == JOINED


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.UNREADABLE),
        ("hello", Flaw.UNREADABLE),
        ("42 or so", Flaw.UNREADABLE),
        (json.dumps({"address": SAFE, "msg": TEXT}), Flaw.LACKING),
        (json.dumps({"confirmations": [{"owner": SAFE, "signature": "0x" + "ab" * 200}]}), Flaw.LACKING),
        (json.dumps({"r": HEX[:66], "s": "0x", "v": 27}), Flaw.LACKING),
        (f"{HEX}\n{HEX[:-2]}1c", Flaw.SEVERAL),
        ("[" * 5_000, Flaw.UNREADABLE),
        ("0x" + "ab" * 16_385, Flaw.TOO_LONG),
        ("x" * 200_000, Flaw.TOO_LONG),
    ],
)
def test_what_shows_no_signature_is_told_as_what_it_is(text: str, flaw: Flaw) -> None:
    with pytest.raises(SignatureRejected) as caught:
        parse_signature(text)
    assert caught.value.flaw is flaw
