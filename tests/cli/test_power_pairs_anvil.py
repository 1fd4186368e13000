"""`folkmoot power` counts shares of all pairs of a token on a real node, whose factory made them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from eth_abi.abi import encode
from eth_hash.auto import keccak

from bot.__main__ import main
from bot.domain.power.strategies.pools.uniswap_pairs import UNISWAP
from tests.chain.batch.test_read_methods_anvil import ANVIL
from tests.cli.replaying import PAYER, Node, artefact, sent

pytestmark = [
    pytest.mark.anvil,
    pytest.mark.timeout(120),
    pytest.mark.skipif(ANVIL is None, reason="anvil is not installed: npm ci in tests/node, or set FOLKMOOT_ANVIL"),
]
TOKEN, LOWER, UPPER = "0x" + "77" * 20, "0x" + "11" * 20, "0x" + "ee" * 20
ANN, BEN, CID = ("0x" + two * 20 for two in ("a1", "a2", "a3"))
OTHERS = [f"0x{number:040x}" for number in range(1, 40)]
PLACES = 6
SHARES = {  # of each pair: reserves of token 0 and 1, shares of Ann and of Ben, who are all that have any
    (LOWER, TOKEN): ((5 * 10**18, 1_234_567_891), (7 * 10**17, 10**17)),
    (TOKEN, UPPER): ((3, 2**100), (1, 2**60)),
    (LOWER, UPPER): ((10**9, 10**9), (10**9, 10**9)),
}


class Exchange(Node):
    """A chain on which a factory stands at Uniswap's place."""

    async def build(self) -> None:
        await self.start()
        async with self.link() as call:
            await call("anvil_setCode", UNISWAP, artefact("PairFactory"))
            await call("anvil_setCode", TOKEN, artefact("Recorder"))
            taught = [[keccak(b"decimals()")[:4]], [PLACES.to_bytes(32, "big")]]
            await sent(call, PAYER, TOKEN, "teach(bytes[],bytes[])", ["bytes[]", "bytes[]"], taught)
            for number, (one, other) in enumerate([*SHARES, *((TOKEN, one) for one in OTHERS)]):
                await sent(call, PAYER, UNISWAP, "createPair(address,address)", ["address", "address"], [one, other])
                if (one, other) in SHARES:
                    data = keccak(b"allPairs(uint256)")[:4] + encode(["uint256"], [number])
                    pair = "0x" + (await call("eth_call", {"to": UNISWAP, "data": "0x" + data.hex()}, "latest"))[-40:]
                    reserves, shares = SHARES[one, other]
                    await sent(call, PAYER, pair, "fill(uint112,uint112)", ["uint112", "uint112"], reserves)
                    types = ["address[]", "uint256[]"]
                    await sent(call, PAYER, pair, "hold(address[],uint256[])", types, [[ANN, BEN], shares])
            await call("anvil_mine", "0x64")


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    node = Exchange(1)
    asyncio.run(node.build())
    yield node
    node.stop()


def worth(at: int) -> Fraction:
    """What the shares of Ann (0) or Ben (1) are worth in tokens."""
    pairs = [(pair.index(TOKEN), *facts) for pair, facts in SHARES.items() if TOKEN in pair]
    parts = (Fraction(shares[at] * reserves[side], sum(shares) * 10**PLACES) for side, reserves, shares in pairs)
    return sum(parts, Fraction(0))


def test_a_real_node_tells_what_shares_of_all_pairs_are_worth(
    exchange: Exchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = [{"name": "uniswap", "network": "1", "params": {"address": TOKEN, "symbol": "LPT"}}]
    (tmp_path / "strategies.json").write_text(json.dumps(listed))
    where = ["--rpc", f"1={exchange.url}", "--finality", "1=1"]
    code = main(["power", "--strategies", str(tmp_path / "strategies.json"), *where, ANN, BEN, CID])
    out, err = capsys.readouterr()
    assert code == 0, err
    powers = [Fraction(entry["power"]) for entry in json.loads(out)["powers"]]
    assert powers == [Fraction(worth(at) * 10**36 // 1, 10**36) for at in range(2)] + [0]
    assert powers[0] > 1_000, "nearly all of the reserve of the first pair"


def test_a_chain_without_the_factory_is_said_to_have_none(
    exchange: Exchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    params = {"address": TOKEN, "symbol": "LPT", "factory": "0x" + "fa" * 20}
    (tmp_path / "strategies.json").write_text(json.dumps([{"name": "uniswap", "network": "1", "params": params}]))
    where = ["--rpc", f"1={exchange.url}", "--finality", "1=1"]
    assert main(["power", "--strategies", str(tmp_path / "strategies.json"), *where, ANN]) == 1
    assert "no pairs' factory stands on it" in capsys.readouterr().err
