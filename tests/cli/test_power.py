"""`folkmoot power` over HTTP: what Snapshot gave, exactly and as a double; one clear line where it cannot."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from tests.cli.node import RecordedNode, block_hash
from tests.domain.power.recorded_calls import Recorded
from tests.domain.power.test_snapshot_vectors import OURS, VECTORS, together

Json = dict[str, Any]
Power = Callable[..., Awaitable[tuple[int, str, str]]]
"""The command, given strategies and words; its exit code, output and error."""

TOKEN = "0x" + "7a" * 20
ANN, BEN = "0x" + "11" * 20, "0x" + "22" * 20
TICKET = [{"name": "ticket", "network": "1", "params": {"value": 0.1}}]


def balance(wallet: str, amount: int, token: str = TOKEN) -> dict[str, str]:
    return {"to": token, "data": "0x70a08231" + wallet[2:].rjust(64, "0"), "ret": f"0x{amount:064x}"}


def token(network: str = "1", **params: Any) -> Json:
    return {"name": "erc20-balance-of", "network": network, "params": {"address": TOKEN, "symbol": "VITA"} | params}


@pytest.fixture
def folkmoot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Power:
    """Run the command in a thread, so that the node answers meanwhile; return its exit code, output and error."""

    async def run(strategies: object, *arguments: str) -> tuple[int, str, str]:
        text = strategies if isinstance(strategies, str) else json.dumps(strategies)
        (tmp_path / "strategies.json").write_text(text)
        command = ["power", "--strategies", str(tmp_path / "strategies.json"), *arguments]
        code = await asyncio.to_thread(main, command)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


# A recorded node has one chain at one block; the other runs are held to the domain alone.
ONE_CHAIN = [case for case in OURS if "blocks" not in case and case["network"] == "1"]


@pytest.mark.parametrize("case", ONE_CHAIN, ids=lambda case: case["id"])
async def test_it_gives_what_snapshot_gave(folkmoot: Power, case: dict[str, Any]) -> None:
    wanted = {wallet.lower(): number for wallet, number in together(case).items()}
    delegations = [
        replace(event, block=event.block + 11_300_000)
        for event in Recorded([], case.get("delegations", ())).delegations
    ]
    node = RecordedNode(case["calls"], delegations, final=case["snapshot"])
    strategy = {name: case[name] for name in ("network", "params")} | {"name": case["strategy"]}
    async with node.served() as url:
        code, out, err = await folkmoot(
            [strategy], "--rpc", f"1={url}", "--block", "19000000", "--space", case["space"], *case["addresses"]
        )
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer["blocks"]["1"] == {
        "number": 19_000_000,
        "hash": block_hash(19_000_000),
        "timestamp": node.time(19_000_000),
    }
    assert [entry["address"] for entry in answer["powers"]] == case["addresses"]
    for entry in answer["powers"]:
        assert entry["number"] == pytest.approx(wanted.get(entry["address"].lower(), 0), rel=1e-9, abs=0)
        assert float(entry["power"]) == entry["number"]


async def test_power_is_exact_text_and_the_nearest_number_with_its_parts(folkmoot: Power) -> None:
    node = RecordedNode([balance(ANN, 1_234_567_890_123_456_789), balance(BEN, 0)])
    async with node.served() as url:
        _, out, _ = await folkmoot([token(), *TICKET], "--rpc", f"1={url}", ANN, BEN, ANN)
    answer = json.loads(out)
    assert (answer["symbol"], answer["decimals"]) == ("VITA + votes", 18)
    first, second, third = answer["powers"]
    assert first == third
    assert first["power"] == "1.334567890123456789"
    assert first["number"] == 1.3345678901234568
    assert [(part["strategy"], part["power"]) for part in first["parts"]] == [
        ("erc20-balance-of", "1.234567890123456789"),
        ("ticket", "0.1"),
    ]
    assert second["power"] == "0.1"


async def test_other_chains_are_read_at_their_newest_block_that_is_not_later(folkmoot: Power) -> None:
    home, other = RecordedNode([balance(ANN, 10**18)]), RecordedNode([balance(ANN, 10**18)], chain=10, final=50_000)
    async with home.served() as one, other.served() as ten:
        _, out, _ = await folkmoot(
            [token(), token("10")], "--rpc", f"1={one}", f"10={ten}", "--block", "18999900", "--", ANN
        )
    answer = json.loads(out)
    assert {chain: block["number"] for chain, block in answer["blocks"].items()} == {"1": 18_999_900, "10": 49_900}
    assert answer["powers"][0]["power"] == "2"


async def test_addresses_come_from_a_file_one_a_line(folkmoot: Power, tmp_path: Path) -> None:
    (tmp_path / "wallets").write_text(f"{ANN}\n\n  {BEN}\n")
    node = RecordedNode()
    async with node.served() as url:
        _, out, _ = await folkmoot(TICKET, "--rpc", f"1={url}", "--addresses", str(tmp_path / "wallets"))
    assert [entry["address"] for entry in json.loads(out)["powers"]] == [ANN, BEN]


async def test_the_voters_are_all_that_are_asked_for(folkmoot: Power) -> None:
    case = next(case for case in OURS if case["id"] == "delegation-13")
    delegations = Recorded([], case["delegations"]).delegations
    node = RecordedNode(case["calls"], delegations, final=500)
    params = case["params"] | {"delegationSpace": case["space"]}
    async with node.served() as url:
        code, out, _ = await folkmoot(
            [{"name": "delegation", "network": "1", "params": params}], "--rpc", f"1={url}", case["addresses"][1]
        )
    assert code == 0
    assert json.loads(out)["powers"][0]["power"] == "100", "the registry stands earlier here than on mainnet"


DIVISION = {
    "name": "math",
    "network": "1",
    "params": {"operation": "divide", "operands": [{"type": "constant", "value": 1}, {"type": "constant", "value": 0}]},
}


@pytest.mark.parametrize(
    ("strategies", "arguments", "says"),
    [
        ([{"name": "api", "network": "1"}], [ANN], "The strategy “api” is not supported"),
        ([DIVISION], [ANN], ANN + " has no value: the strategy “math” divides by zero"),
        ([DIVISION | {"params": {"operation": "min", "operands": []}}], [ANN], "Give 2 for min"),
        ([token()], [ANN], "unknown: erc20-balance-of on chain 1 got no answer"),
        ([token("10")], [ANN], "add --rpc 10=URL"),
        ("[", [ANN], "is not JSON"),
        (TICKET, [], "no address is given"),
        (TICKET, ["0x12"], "0x12: The address is not an address"),
        (TICKET, [ANN, "--block", "soon"], "neither a number nor finalized"),
        (TICKET, [ANN, "--block", "99999999"], "does not have block 99999999"),
        (TICKET, [ANN, "--addresses", "/nowhere/at/all"], "cannot be read"),
    ],
)
async def test_what_cannot_be_computed_ends_with_one_clear_line(
    folkmoot: Power, monkeypatch: pytest.MonkeyPatch, strategies: object, arguments: Sequence[str], says: str
) -> None:
    node = RecordedNode()
    async with node.served() as url:
        code, out, err = await folkmoot(strategies, *arguments, "--rpc", f"1={url}")
    assert (code, out) == (1, "")
    assert err.startswith("problem: ")
    assert err.count("\n") == 1
    assert says in err


async def test_a_node_that_is_not_there_is_told_without_its_address(folkmoot: Power) -> None:
    code, _, err = await folkmoot(TICKET, "--rpc", "1=http://127.0.0.1:9/secret-key", ANN)
    assert code == 1
    assert "unreachable" in err
    assert "secret" not in err


async def test_a_chain_without_the_registry_is_no_chain_without_delegations(folkmoot: Power) -> None:
    params = {"address": TOKEN, "decimals": 18}
    node = RecordedNode(registry=False)
    async with node.served() as url:
        code, _, err = await folkmoot(
            [{"name": "erc20-balance-of-delegation", "network": "1", "params": params}],
            "--rpc",
            f"1={url}",
            "--space",
            "vote.example.eth",
            ANN,
        )
    assert code == 1
    assert "no Delegate Registry stands on it" in err


@pytest.mark.parametrize(
    "case", [json.loads(line) for line in (VECTORS / "vp-rounding.jsonl").read_text().splitlines()][::3]
)
async def test_the_number_is_the_double_that_snapshot_has(folkmoot: Power, case: dict[str, Any]) -> None:
    node = RecordedNode([balance(ANN, int(case["raw"]))])
    async with node.served() as url:
        _, out, _ = await folkmoot([token(decimals=case["decimals"])], "--rpc", f"1={url}", ANN)
    assert json.loads(out)["powers"][0]["number"] == case["value"]


def test_it_starts_without_the_large_libraries(tmp_path: Path) -> None:
    (tmp_path / "strategies.json").write_text(json.dumps(TICKET))
    command = ["-m", "bot", "power", "--rpc", "1=http://127.0.0.1:9", "--strategies", str(tmp_path / "strategies.json")]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command, ANN], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 1
    assert "problem: chain 1: unreachable" in done.stderr
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert {"bot", "orjson"} <= loaded
    assert not loaded & {
        "web3",
        "discord",
        "sqlalchemy",
        "alembic",
        "aiohttp",
        "PIL",
        "pydantic",
        "eth_abi",
        "coincurve",
    }
