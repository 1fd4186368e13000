"""A real headless Chromium, and wallets with real keys for it."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PROVIDER = (Path(__file__).parent / "wallet.js").read_text()
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E"
    "%3Crect width='8' height='8' rx='2' fill='%23d9822b'/%3E%3C/svg%3E"
)


@dataclass
class TestWallet:
    """A wallet in the browser. It shows `keys`, and signs with the one asked for, or with `signs_as`.

    `refuse` is a code of EIP-1193 with which it refuses that method, `says` what it answers instead, and `never` are
    methods that it does not answer. `asked` is what it was asked.
    """

    __test__ = False
    keys: list[LocalAccount]
    name: str = "Test wallet"
    icon: str = ICON
    rdns: str = "test.wallet"
    legacy: bool = False
    chain: int = 1
    signs_as: LocalAccount | None = None
    refuse: dict[str, int] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    never: set[str] = field(default_factory=set)
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)

    @property
    def script(self) -> str:
        facts = {
            "name": self.name,
            "icon": self.icon,
            "rdns": self.rdns,
            "legacy": self.legacy,
            "uuid": uuid.uuid4().hex,
        }
        return PROVIDER.replace('"SETTINGS"', json.dumps(json.dumps(facts)))

    def answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        self.asked.append((method, params))
        if method in self.refuse:
            return {"error": {"code": self.refuse[method], "message": "refused <b>here</b>"}}
        if method in self.never:
            return {"never": True}
        if method in self.says:
            return {"result": self.says[method]}
        return self._answer(method, params)

    def _answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        match method:
            case "eth_requestAccounts":
                return {"result": [key.address for key in self.keys]}
            case "eth_chainId":
                return {"result": hex(self.chain)}
            case "personal_sign":
                message, address = params
                key = self.signs_as or next(key for key in self.keys if key.address == address)
                return {"result": "0x" + key.sign_message(encode_defunct(hexstr=message)).signature.hex()}
            case "eth_signTypedData_v4":
                address, typed = params
                key = self.signs_as or next(key for key in self.keys if key.address == address)
                signed = key.sign_typed_data(full_message=json.loads(typed))
                return {"result": "0x" + signed.signature.hex()}
            case _:
                return {"error": {"code": 4200, "message": f"no {method}"}}


def a_key(digit: str = "1") -> LocalAccount:
    key: LocalAccount = Account.from_key("0x" + (digit * 64)[:64])
    return key


@asynccontextmanager
async def open_browser() -> AsyncIterator[Any]:
    """Open the browser; skips the test where there is none."""
    driver = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    async with driver.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


async def plug_in(context: Any, *wallets: TestWallet) -> None:
    """Give all pages of a browser's context these wallets."""
    by_name = {wallet.name: wallet for wallet in wallets}

    async def answer(_source: object, name: str, method: str, params: str) -> str:
        return json.dumps(by_name[name].answer(method, json.loads(params)))

    await context.expose_binding("__wallet", answer)
    for wallet in wallets:
        await context.add_init_script(wallet.script)
