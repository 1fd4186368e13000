"""PyPI's `multicall`, told by lines of JSON what to read; run by a Python that has it."""

import asyncio
import json
import sys
import time

from multicall import Call, Multicall
from multicall.multicall import batcher
from web3 import HTTPProvider, Web3

CHUNK = 2_000


async def read(web3, asked):
    batcher.step = CHUNK
    start = time.perf_counter()
    calls = [
        Call(asked["token"], ["balanceOf(address)(uint256)", wallet], [(wallet, None)]) for wallet in asked["wallets"]
    ]
    found = await Multicall(calls, block_id=asked["block"], _w3=web3)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "answers": [hex(found[wallet]) for wallet in asked["wallets"]]}


async def main():
    web3s = {}
    for line in sys.stdin:
        asked = json.loads(line)
        web3 = web3s.setdefault(asked["url"], Web3(HTTPProvider(asked["url"])))
        try:
            answer = await read(web3, asked)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other side says it
            answer = {"error": repr(error)[:500]}
        print(json.dumps(answer), flush=True)


asyncio.run(main())
