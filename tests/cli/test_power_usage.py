"""`folkmoot power` as scripts use it: what files may look like, what nodes may say, one line where it fails."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.web_response import Response

from bot.__main__ import main
from bot.cli.shared.rpc_options import Unusable, urls
from tests.cli.node import RecordedNode
from tests.cli.test_power import ANN, BEN, TICKET, TOKEN, Json, Power, balance, folkmoot, token
from tests.serving import serving

__all__ = ["folkmoot"]  # a fixture
ROOT = Path(__file__).parents[2]
PROBLEM = "problem: "


def only_line(err: str) -> str:
    assert err.startswith(PROBLEM)
    assert err.count("\n") == 1
    assert err[:-1].isprintable()
    return err.removeprefix(PROBLEM)


@pytest.mark.parametrize(
    "written",
    [
        f"{ANN}\n{BEN}",
        f"\ufeff{ANN}\n{BEN}\n",
        f"\r\n  {ANN}\r\n\t{BEN} \r\n\r\n",
        f"# the council\n{ANN}  # Ann\n#\n{BEN}#\n",
    ],
)
async def test_a_file_of_addresses_may_hold_blanks_and_remarks(folkmoot: Power, tmp_path: Path, written: str) -> None:
    (tmp_path / "wallets").write_bytes(written.encode())
    async with RecordedNode().served() as url:
        code, out, err = await folkmoot(TICKET, "--rpc", f"1={url}", "--addresses", str(tmp_path / "wallets"))
    assert (code, err) == (0, "")
    assert [entry["address"] for entry in json.loads(out)["powers"]] == [ANN, BEN]


async def test_strategies_may_begin_with_a_mark_and_end_their_lines_in_any_way(folkmoot: Power) -> None:
    async with RecordedNode().served() as url:
        code, out, _ = await folkmoot(
            "\ufeff" + json.dumps(TICKET, indent=1).replace("\n", "\r\n"), "--rpc", f"1={url}", ANN
        )
    assert (code, json.loads(out)["powers"][0]["power"]) == (0, "0.1")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (b"", "is not JSON"),
        (b"{}", "is not a list"),
        (b"[]", "is empty"),
        (b"\xff\xfe[\x00", "is not text in UTF-8"),
        (b'[{"name": "ticket", "params": {"value": ' + b"9" * 5_000 + b"}}]", "a number that is too long"),
        (b'[{"name": "ticket", "network": "1", "params": {"value": 1e999}}]', "is not a number that can be used"),
        (b'[{"name": "tick\\n\\u001b[31met"}]', r"The strategy “tick\n\x1b[31met” is not supported"),
        (b'[{"name": "tick\\ud800et"}]', r"The strategy “tick\ud800et” is not supported"),
    ],
)
async def test_a_file_of_strategies_that_holds_none_is_one_line(
    folkmoot: Power, tmp_path: Path, written: bytes, says: str
) -> None:
    (tmp_path / "odd").write_bytes(written)
    code, out, err = await folkmoot(TICKET, "--rpc", "1=http://127.0.0.1:9", "--strategies", str(tmp_path / "odd"), ANN)
    assert (code, out) == (1, "")
    assert says in only_line(err)


@pytest.mark.parametrize("outputs", [[7, {"type": "uint256"}], [{"type": "tuple"}, {"type": "uint256"}], [{}, {}]])
async def test_an_abi_that_is_none_is_one_line(folkmoot: Power, outputs: list[object]) -> None:
    abi = {"name": "of", "inputs": [{"type": "address"}], "outputs": outputs}
    call = {"name": "contract-call", "network": "1", "params": {"address": TOKEN, "methodABI": abi, "output": "1"}}
    code, _, err = await folkmoot([call], "--rpc", "1=http://127.0.0.1:9", ANN)
    assert code == 1
    assert "strategy 1 (contract-call) params." in only_line(err)


def run(*arguments: Any, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "power", "--rpc", "1=http://127.0.0.1:9", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **options)


@pytest.mark.parametrize(
    ("arguments", "shell", "says"),
    [
        (["--strategies", "-", "--addresses", "-"], "", "only one of --strategies and --addresses"),
        (["--strategies", "-", ANN], "<&-", "standard input is closed"),
        (["--strategies", ".", ANN], "", ". cannot be read: Is a directory"),
    ],
)
def test_standard_input_that_cannot_be_read_is_one_line(arguments: list[str], shell: str, says: str) -> None:
    line = " ".join([sys.executable, "-m", "bot", "power", "--rpc", "1=http://127.0.0.1:9", *arguments, shell])
    done = subprocess.run(["sh", "-c", line], cwd=ROOT, input="[]", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in only_line(done.stderr)


def test_strategies_come_from_standard_input_too() -> None:
    done = run("--strategies", "-", ANN, input="\ufeff" + json.dumps(TICKET))
    assert "chain 1: unreachable" in only_line(done.stderr)


@asynccontextmanager
async def saying(status: int, body: bytes) -> AsyncIterator[str]:
    async def answer(_request: web.Request) -> Response:
        return web.Response(status=status, body=body, headers={"Retry-After": "0"} if status == 429 else {})

    app = web.Application()
    app.router.add_post("/{key}", answer)
    async with serving(app) as url:
        yield f"{url}/secret-key"


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, b"<html>Welcome</html>", "bad answer"),
        (200, b"", "bad answer"),
        (200, b'{"jsonrpc": "2.0", "id"', "bad answer"),
        (200, b'{"jsonrpc": "2.0", "id": 1, "result": "0x7"}', "wrong chain: it serves chain 7, not 1"),
        (200, b'{"jsonrpc": "2.0", "id": 1, "result": "seven"}', "bad answer"),
        (200, b'{"jsonrpc": "2.0", "id": 1, "result": null}', "bad answer"),
        (401, b"who are you?", "unauthorized"),
        (429, b"{}", "rate limited"),
        (500, b"<html>Sorry</html>", "unreachable"),
    ],
)
async def test_whatever_a_node_says_is_one_line_without_its_address(
    folkmoot: Power, status: int, body: bytes, says: str
) -> None:
    async with saying(status, body) as url:
        code, out, err = await folkmoot(TICKET, "--rpc", f"1={url}", ANN)
    assert (code, out) == (1, "")
    assert says in only_line(err)
    assert "secret" not in err


@pytest.mark.parametrize(("holds", "taken"), [(10**24, True), (10**25, False)])
async def test_power_of_more_digits_than_a_bundle_holds_is_refused_with_the_strategy_and_the_wallet(
    folkmoot: Power, holds: int, taken: bool
) -> None:
    def times(depth: int) -> Json:
        inner = times(depth - 1) if depth else token(decimals=0)
        return {
            "name": "math",
            "network": "1",
            "params": {"operation": "multiply", "operands": [{"type": "strategy", "strategy": inner}] * 2},
        }

    async with RecordedNode([balance(ANN, holds)]).served() as url:
        code, out, err = await folkmoot([times(2)], "--rpc", f"1={url}", ANN)
    if taken:
        (entry,) = json.loads(out)["powers"]
        assert (code, err, entry["power"], entry["number"]) == (0, "", str(holds**8), float(holds**8))
    else:
        assert (code, out) == (1, "")
        assert err.startswith("problem:")
        assert "math" in err
        assert ANN in err
        assert "gives more than 199 digits" in err


async def test_the_first_answer_comes_after_a_fraction_of_a_second(tmp_path: Path) -> None:
    (tmp_path / "strategies").write_text(json.dumps(TICKET))
    script = f"import sys, time; from {main.__module__} import main; main(sys.argv[1:]); print(time.process_time())"

    def spent(url: str) -> float:
        command = ["power", "--rpc", f"1={url}", "--strategies", str(tmp_path / "strategies"), ANN]
        done = subprocess.run([sys.executable, "-c", script, *command], cwd=ROOT, capture_output=True, check=True)
        *answer, seconds = done.stdout.splitlines()
        assert json.loads(b"\n".join(answer))["powers"]
        return float(seconds)

    async with RecordedNode().served() as url:
        assert min([await asyncio.to_thread(spent, url) for _ in range(3)]) < 0.4


def test_several_nodes_may_stand_in_one_text() -> None:
    one, two = "https://one.example/a,b", "https://two.example"
    assert urls([f"1={one},{two} 137={two}", f"1={two}"]) == {1: [one, two, two], 137: [two]}
    with pytest.raises(Unusable, match=r"--rpc number 2 is not CHAIN=URL"):
        urls([f"1={one}", f"{one},1={two}"])
