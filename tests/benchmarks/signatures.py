"""Part f: who signed, beside eth-account without coincurve; a whole vote of signed ballots against what is promised."""

from __future__ import annotations

import os
import time
from functools import partial
from statistics import median
from unittest.mock import patch

from eth_account import Account
from eth_keys.datatypes import PrivateKey

from bot.chain.signatures.key_recovery import recover_all
from bot.domain.shared.types import Address, Timestamp
from bot.domain.voting.ballot_message import BallotMessage, Choice
from tests.benchmarks.frame import Measured, Options, Report, Row, faster, seconds, take_turns

BALLOTS, PEERS = 10_000, 100
TIMES, MOST = 60, 5.0
"""How many times as fast as eth-account alone, and the seconds for `BALLOTS` signed ballots."""


async def measure(asked: Options, report: Report) -> None:
    """Measure recoveries alone, and ballots from their fields to their signers; every signer is checked."""
    report.title("Signatures")
    keys = [PrivateKey(os.urandom(32)) for _ in range(200)]
    addresses = [Address(key.public_key.to_address()) for key in keys]
    ballots = [_ballot(number, addresses[number % len(keys)]) for number in range(BALLOTS)]
    digests = [ballot.digest() for ballot in ballots]
    signed = [
        (digest, keys[number % len(keys)].sign_msg_hash(digest).to_bytes()) for number, digest in enumerate(digests)
    ]
    await _recoveries(asked, report, signed, addresses)
    await _ballots(asked, report, ballots, [signature for _, signature in signed])


async def _recoveries(
    asked: Options, report: Report, signed: list[tuple[bytes, bytes]], addresses: list[Address]
) -> None:
    async def ours() -> float:
        start = time.perf_counter()
        found = recover_all(signed)
        taken = (time.perf_counter() - start) / len(signed)
        assert found == [addresses[number % len(addresses)] for number in range(len(signed))]
        return taken

    async def theirs() -> float:
        with patch.dict(os.environ, ECC_BACKEND_CLASS="eth_keys.backends.NativeECCBackend"):
            start = time.perf_counter()
            found = [Account._recover_hash(digest, signature=signature) for digest, signature in signed[:PEERS]]
            taken = (time.perf_counter() - start) / PEERS
        assert [one.lower() for one in found] == addresses[:PEERS]
        return taken

    methods: dict[str, Measured] = {"ours": ours, "theirs": theirs}
    taken = await take_turns(methods, asked.runs)
    report.row(
        faster(
            "one recovery",
            taken["ours"],
            "eth-account without coincurve",
            taken["theirs"],
            at_least=TIMES,
            note=f"{1 / median(taken['ours']):,.0f} a second, of {len(signed):,}; theirs {PEERS}",
        )
    )


async def _ballots(asked: Options, report: Report, ballots: list[BallotMessage], signatures: list[bytes]) -> None:
    async def ours() -> float:
        start = time.perf_counter()
        found = recover_all(zip(map(BallotMessage.digest, ballots), signatures, strict=True))
        taken = time.perf_counter() - start
        assert found == [ballot.voter for ballot in ballots]
        return taken

    taken = median((await take_turns({"ours": ours}, asked.runs))["ours"])
    report.row(
        Row(
            name=f"{len(ballots):,} signed ballots, from their fields to their signers",
            ours=seconds(taken),
            peer=f"promised {seconds(MOST)}",
            ratio=f"{MOST / taken:.1f} times as fast",
            target=f"≤ {MOST:g} s",
            good=taken <= MOST,
            note="one process, one thread",
        )
    )


def _ballot(number: int, voter: Address) -> BallotMessage:
    choices: list[Choice] = [1 + number % 3, (1 + number % 3, 4), f'{{"1":{number}}}']
    message = partial(BallotMessage, voter=voter, space="vote.example.eth", proposal="0x" + "ab" * 32)
    reason = f"because of reason {number}" if number % 4 == 0 else ""
    return message(timestamp=Timestamp(1_760_000_000 + number), choice=choices[number % 3], reason=reason)
