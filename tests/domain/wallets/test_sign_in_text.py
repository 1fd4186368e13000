"""npm's `siwe` reads our sign-in text as EIP-4361, and verifies a signature over it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from bot.domain.shared.types import ChainId, GuildId, MemberId, Timestamp
from bot.domain.wallets.wallet import challenge_text

NODE = Path(__file__).parents[2] / "node"
KEY = "0x" + "42" * 32

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(
        not (shutil.which("node") and (NODE / "node_modules" / "siwe").is_dir()), reason="npm's siwe is not installed"
    ),
]


def siwe(text: str, signature: str) -> dict[str, Any]:
    asked = json.dumps({"text": text, "signature": signature, "time": "2025-10-09T08:55:00Z"})
    ran = subprocess.run(
        ["node", "siwe.mjs"], cwd=NODE, input=asked, capture_output=True, text=True, check=True, timeout=20
    )
    said: dict[str, Any] = json.loads(ran.stdout)
    return said


@pytest.mark.parametrize(
    ("guild_name", "member_name"),
    [("Hearthspan", "Ann"), ("", ""), ("Evil\n\nURI: https://evil.example", "Zoë ✓ @everyone"), ("x" * 200, "y" * 200)],
)
@pytest.mark.parametrize(
    "origin", ["https://vote.example.org", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:80"]
)
def test_our_sign_in_text_is_one_of_eip_4361(guild_name: str, member_name: str, origin: str) -> None:
    account = Account.from_key(KEY)
    text = challenge_text(
        origin=origin,
        guild=GuildId(1234567890123456789),
        guild_name=guild_name,
        member=MemberId(987654321987654321),
        member_name=member_name,
        address=account.address.lower(),
        chain=ChainId(1),
        nonce="0123456789abcdef01234567",
        issued_at=Timestamp(1_760_000_000),
    )
    signature = "0x" + account.sign_message(encode_defunct(text=text)).signature.hex().removeprefix("0x")
    read = siwe(text, signature)
    assert read["written"] == text
    assert read["success"]
    scheme, _, domain = origin.partition("://")
    assert (read.get("scheme") or "https", read["domain"]) == (scheme, domain)
    assert (read["address"], read["chainId"]) == (account.address, 1)
    assert (read["nonce"], read["version"], read["uri"]) == (
        "0123456789abcdef01234567",
        "1",
        f"{origin}/link",
    )
    assert (read["issuedAt"], read["expirationTime"]) == ("2025-10-09T08:53:20Z", "2025-10-09T09:03:20Z")
    assert read["resources"] == [
        "https://discord.com/channels/1234567890123456789",
        "https://discord.com/users/987654321987654321",
    ]
    stranger = Account.from_key("0x" + "43" * 32).sign_message(encode_defunct(text=text)).signature.hex()
    assert not siwe(text, "0x" + stranger.removeprefix("0x"))["success"]
