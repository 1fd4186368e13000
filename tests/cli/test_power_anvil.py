"""On a real node, at the same block, our power is what snapshot.js reads and its formulas give, wallet by wallet."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from eth_hash.auto import keccak

from bot.chain.endpoint import Endpoint
from bot.chain.network import MULTICALL3
from bot.chain.transport import HttpTransport
from bot.demo.contracts import contract
from bot.domain.addresses import checksummed
from bot.domain.registry import REGISTRY, space_ids
from tests.chain.test_anvil import ANVIL, answering

HERE = Path(__file__).parent
NODE, PACKAGES = shutil.which("node"), HERE.parent / "node"
CONTRACTS = HERE.parent / "contracts"
pytestmark = [
    pytest.mark.anvil,
    pytest.mark.node,
    pytest.mark.timeout(180),
    pytest.mark.skipif(ANVIL is None, reason="anvil is not installed: npm ci in tests/node, or set FOLKMOOT_ANVIL"),
    pytest.mark.skipif(
        NODE is None or not (PACKAGES / "node_modules" / "@snapshot-labs").exists(),
        reason="wants node and snapshot.js in tests/node",
    ),
]
CHAIN = 31_337
SPACE = "vote.example.eth"
CABINET, AGGREGATE = "0x" + "ca" * 20, "0x" + "a9" * 20
WALLETS = [checksummed("0x" + keccak(f"wallet {number}".encode())[12:].hex()) for number in range(48)]
WALLETS[1:3] = [checksummed("0x" + digits) for digits in ("31" * 20, "33" * 20)]  # as ids they are no burned ones
VOTING = [wallet for row, wallet in enumerate(WALLETS) if row % 3]


def inner(name="erc20-balance-of", **params):
    return {"name": name, "network": str(CHAIN), "params": {"address": CABINET, "decimals": 18} | params}


STAKE = {
    "name": "stakeOf",
    "inputs": [{"type": "address"}],
    "outputs": [{"name": "staked", "type": "uint256"}, {"name": "pending", "type": "uint256"}],
}
STRATEGIES = [
    inner(),
    inner("erc20-votes"),
    inner("comp-like-votes"),
    inner("eth-balance"),
    inner("erc721"),
    inner("erc721-with-multiplier", multiplier=0.3),
    inner("erc721-with-tokenid", tokenIds=[str(int(wallet, 16)) for wallet in WALLETS[1:3]] + [4]),
    inner("erc1155-balance-of", tokenId=5, decimals=0),
    inner("erc1155-balance-of-ids", ids=[3, 9], decimals=0),
    inner("balance-of-with-min", minBalance=1000),
    inner("balance-of-with-max", weight=1.7, maxBalance=5000),
    inner("balance-of-with-thresholds", thresholds=[{"threshold": 1, "votes": 3}, {"threshold": 1000, "votes": 20}]),
    inner("erc20-with-balance", minBalance=10),
    inner("erc20-balance-of-weighted", weight=0.1),
    inner("erc20-balance-of-cv"),
    inner("erc4626-assets-of"),
    inner("ve-balance-of-at"),
    inner("contract-call", methodABI=STAKE, output="pending"),
    inner("erc20-votes-undelegated-balance"),
    inner("math", operation="cube-root", operands=[{"type": "strategy", "strategy": inner()}]),
    inner("anti-whale", strategy=inner()),
    inner("delegation", strategies=[inner()]),
    inner("with-delegation", strategies=[inner()]),
]


class Chain:
    """Anvil with our contracts, and delegations set, replaced and cleared in the registry."""

    def __init__(self, url):
        self.url = url

    async def build(self):
        link = HttpTransport(self.url)
        endpoint = Endpoint(1, CHAIN, link)
        try:
            await answering(endpoint)
            await endpoint.call("anvil_setCode", MULTICALL3, "0x" + contract("Aggregate3").runtime.hex())
            for address, name in ((CABINET, "Cabinet"), (AGGREGATE, "Aggregate"), (REGISTRY, "DelegateRegistry")):
                await endpoint.call(
                    "anvil_setCode", address, json.loads((CONTRACTS / f"{name}.json").read_text())["runtime"]
                )
            for wallet in WALLETS:
                await endpoint.call("anvil_setBalance", wallet, hex(10**18 + int(wallet, 16) % 10**19))
            everywhere, full, short = space_ids(SPACE)
            await self.delegate(endpoint, everywhere, {row: (row * 7 + 1) % 48 for row in range(0, 40, 3)})
            await self.delegate(endpoint, short, {row: (row * 5 + 2) % 48 for row in range(0, 40, 9)})
            await self.delegate(endpoint, full, {row: (row * 11 + 3) % 48 for row in range(0, 40, 7)})
            await self.delegate(endpoint, everywhere, {row: (row * 13 + 4) % 48 for row in range(0, 40, 6)})
            await self.clear(endpoint, everywhere, [3, 12])
            await endpoint.call("anvil_mine", "0x3", "0xc")
            self.block = await endpoint.header("latest")
            await self.delegate(endpoint, full, {1: 2, 2: 1, 4: 5})
            await endpoint.call("anvil_setBalance", WALLETS[0], "0x1")
            await endpoint.call("anvil_mine", "0x50", "0xc")
        finally:
            await link.close()

    async def delegate(self, endpoint, space, to):
        for giver, taker in to.items():
            if giver != taker:
                await self.send(
                    endpoint, giver, "setDelegate(bytes32,address)", space[2:] + WALLETS[taker][2:].rjust(64, "0")
                )

    async def clear(self, endpoint, space, givers):
        for giver in givers:
            await self.send(endpoint, giver, "clearDelegate(bytes32)", space[2:])

    async def send(self, endpoint, giver, signature, arguments):
        await endpoint.call("anvil_impersonateAccount", WALLETS[giver])
        data = "0x" + keccak(signature.encode())[:4].hex() + arguments.lower()
        call = {"from": WALLETS[giver], "to": REGISTRY, "data": data, "gas": hex(200_000)}
        digest = await endpoint.call("eth_sendTransaction", call)
        for _ in range(500):
            if (receipt := await endpoint.call("eth_getTransactionReceipt", digest)) is not None:
                # Replacing a delegate by the same one is refused by the registry, and changes nothing.
                return receipt
            await asyncio.sleep(0.01)
        raise AssertionError


@pytest.fixture(scope="module")
def chain():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([ANVIL, "--port", str(port), "--silent"])
    try:
        built = Chain(f"http://127.0.0.1:{port}")
        asyncio.run(built.build())
        yield built
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def theirs(chain):
    asked = {
        "url": chain.url,
        "network": str(CHAIN),
        "multicall": AGGREGATE,
        "registry": REGISTRY,
        "cabinet": CABINET,
        "wallets": WALLETS,
        "block": chain.block.number,
        "space": SPACE,
    }
    done = subprocess.run(
        [NODE, str(HERE / "strategies.mjs")],
        cwd=PACKAGES,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ours(chain, strategies, wallets, tmp_path):
    (tmp_path / "strategies.json").write_text(json.dumps(strategies))
    (tmp_path / "wallets").write_text("\n".join(wallets))
    command = [
        sys.executable,
        "-m",
        "bot",
        "power",
        "--rpc",
        f"{CHAIN}={chain.url}",
        "--block",
        str(chain.block.number),
    ]
    files = ["--strategies", str(tmp_path / "strategies.json"), "--addresses", str(tmp_path / "wallets")]
    done = subprocess.run([*command, *files, "--space", SPACE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "some", [STRATEGIES[start : start + 8] for start in range(0, len(STRATEGIES), 8)], ids=["1", "2", "3"]
)
def test_every_strategy_agrees_wallet_by_wallet(chain, theirs, tmp_path, some):
    some = [strategy for strategy in some if strategy["name"] != "delegation"]
    answer = ours(chain, some, WALLETS, tmp_path)
    assert answer["blocks"][str(CHAIN)]["hash"] == chain.block.hash
    for number, strategy in enumerate(some):
        scores = [entry["parts"][number]["number"] for entry in answer["powers"]]
        assert len(set(scores)) > 1, strategy["name"]
        assert scores == pytest.approx(theirs[strategy["name"]], rel=1e-9, abs=0), strategy["name"]


def test_delegators_who_vote_keep_their_power(chain, theirs, tmp_path):
    (strategy,) = [strategy for strategy in STRATEGIES if strategy["name"] == "delegation"]
    answer = ours(chain, [strategy], VOTING, tmp_path)
    scores = [entry["number"] for entry in answer["powers"]]
    assert sum(score > 0 for score in scores) > 3
    assert scores == pytest.approx(theirs["delegation"], rel=1e-9, abs=0)
