"""How a chain is read may be said on the command line: which of its blocks are final, and where Multicall3 stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.chain.rpc.network import MULTICALL3
from tests.cli.node import RecordedNode
from tests.cli.test_power import ANN, BEN, TICKET, Power, balance, folkmoot, token
from tests.cli.test_power_usage import only_line

__all__ = ["folkmoot"]  # a fixture
VECTORS = Path(__file__).parents[1] / "vectors"
ELSEWHERE = "0x" + "ab" * 20


class Young(RecordedNode):
    """A chain whose node knows no final block by a tag; it notes whom calls are made to."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.called: set[str] = set()

    def result(self, method: str, params: list[Any]) -> object:
        match method, params:
            case "eth_blockNumber", _:
                return hex(self.final)
            case "eth_getBlockByNumber", ["finalized" | "safe", *_]:
                return None
            case "eth_call", [call, *at]:
                self.called.add(call.get("to", "").lower())
                if call.get("to", "").lower() == ELSEWHERE:
                    return super().result(method, [call | {"to": MULTICALL3}, *at])
        return super().result(method, params)


async def test_a_number_of_confirmations_makes_blocks_final_on_a_chain_without_a_tag(folkmoot: Power) -> None:
    async with Young(final=5_000).served() as url:
        code, _, err = await folkmoot(TICKET, "--rpc", f"1={url}", ANN)
        assert code == 1
        assert "no finalized block" in only_line(err)
        code, out, _ = await folkmoot(TICKET, "--rpc", f"1={url}", "--finality", "1=12", ANN)
    assert code == 0
    assert json.loads(out)["blocks"]["1"]["number"] == 4_988


async def test_a_chains_rule_is_its_own(folkmoot: Power) -> None:
    both = [*TICKET, TICKET[0] | {"network": "10"}]
    async with RecordedNode().served() as one, Young(chain=10, final=400).served() as other:
        nodes = ["--rpc", f"1={one}", f"10={other}"]
        code, out, err = await folkmoot(both, *nodes, "--finality", "10=5", ANN)
    assert (code, err) == (0, "")
    assert json.loads(out)["blocks"]["10"]["number"] <= 395


async def test_multicall_is_looked_for_where_it_is_said_to_be(folkmoot: Power) -> None:
    node = Young([balance(ANN, 7), balance(BEN, 8)], final=500)
    async with node.served() as url:
        ways = ["--finality", "1=0", "--multicall", f"1={ELSEWHERE}"]
        code, out, err = await folkmoot([token()], "--rpc", f"1={url}", *ways, ANN, BEN)
    assert (code, err) == (0, "")
    assert len(json.loads(out)["powers"]) == 2
    assert ELSEWHERE in node.called


async def test_addresses_may_follow_what_is_said_of_a_chain(folkmoot: Power) -> None:
    async with Young(final=500).served() as url:
        code, out, _ = await folkmoot(TICKET, "--rpc", f"1={url}", "--finality", "1=SAFE", "1=SAFE", ANN)
        assert code == 1
        code, out, _ = await folkmoot(TICKET, "--rpc", f"1={url}", "--finality", "1=3", ANN, BEN)
    assert [entry["address"] for entry in json.loads(out)["powers"]] == [ANN, BEN]


WRONG = [
    (["--finality", "1=soon"], 'is neither "finalized", "safe", nor a number of confirmations such as 12'),
    (["--finality", "1=-3"], 'is neither "finalized"'),
    (["--finality", "1=1.5"], 'is neither "finalized"'),
    (["--finality", "5=12"], "no node of chain 5 is named; add --rpc 5=URL"),
    (["--finality", "1=12", "1=13"], "--finality says two things of chain 1"),
    (["--finality", "=12"], "--finality =12 is not CHAIN=VALUE"),
    (["--multicall", "1=0x12"], "--multicall …=0x12: "),
    (["--multicall", "137=" + ELSEWHERE], "no node of chain 137 is named"),
]


@pytest.mark.parametrize(("ways", "says"), WRONG)
async def test_what_cannot_be_followed_is_one_line(folkmoot: Power, ways: list[str], says: str) -> None:
    code, out, err = await folkmoot(TICKET, "--rpc", "1=http://127.0.0.1:9", *ways, "--", ANN)
    assert (code, out) == (1, "")
    assert says in only_line(err)


@pytest.mark.parametrize("option", ["--finality", "--multicall"])
def test_verify_takes_them_with_a_node_alone(option: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text("{}")
    assert main(["verify", str(tmp_path / "bundle.json"), option, "1=12"]) == 2
    assert "--rpc names a node for" in only_line(capsys.readouterr().err)


@pytest.mark.parametrize(("ways", "says"), WRONG)
def test_verify_reads_them_alike(ways: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = str(VECTORS / "posted" / "basic.json.gz")
    assert main(["verify", bundle, "--rpc", "1=http://127.0.0.1:9", *ways]) == 2
    assert says in only_line(capsys.readouterr().err)
