"""Sends every endpoint of a chain the requests that reading votes sends, and compares the answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import combinations

from bot.chain.diagnosis.endpoint_diagnosis import diagnose
from bot.chain.diagnosis.endpoint_differences import differences
from bot.chain.diagnosis.findings import Finding as Answer
from bot.chain.diagnosis.findings import Question
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import HttpTransport
from bot.chain.rpc.network import Network
from bot.chain.rpc.rpc_faults import NodeFault
from bot.chain.rpc.same_endpoint import different, place, server
from bot.cli.checks.findings import Finding, ok, problem, warning
from bot.domain.shared.addresses import checksummed
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Timestamp

_REMEDIES = {
    ChainFault.UNREACHABLE: "check the address, and that this machine may reach it",
    ChainFault.RATE_LIMITED: "choose a plan that allows more requests, or add another endpoint",
    ChainFault.UNAUTHORIZED: "check the key in the address, and the provider's plan",
    ChainFault.NEEDS_ARCHIVE: "choose an endpoint with archive access, or votes cannot be counted",
    ChainFault.WRONG_CHAIN: "write the address of an endpoint of this chain, or move it to its own [chains.<id>]",
}
_OF_QUESTION = {
    Question.AGE: "check this machine's clock; if it is right, choose an endpoint that keeps up with the chain",
    Question.BY_HASH: "choose an endpoint that tells blocks and states by hash (EIP-1898)",
    Question.ARCHIVE: _REMEDIES[ChainFault.NEEDS_ARCHIVE],
    Question.CODE: "choose an endpoint with eth_getCode, or a contract that is gone looks like one that says nothing",
    Question.CALLS: "choose an endpoint with eth_call, or no token's balance can be read",
    Question.GAS: "raise the node's gas cap if it is yours",
    Question.BATCHES: "allow JSON-RPC batches if the node is yours",
    Question.BALANCES: "choose an endpoint that takes state overrides, or set chains.{chain}.multicall",
    Question.EVENTS: "choose an endpoint that gives eth_getLogs over 10,000 blocks at least",
}
_ANOTHER = "replace one by an endpoint of another provider"


async def check_network(network: Network, now: Timestamp) -> AsyncIterator[Finding]:
    """Check every endpoint of a chain. Findings name it by its number in the settings, never by its address."""
    chain = f"chain {network.id} ({network.name})"
    if len(network.rpc_urls) == 1:
        yield warning(
            f"{chain} has one endpoint, so that what it tells is not confirmed by a second provider",
            f"add one of another provider to chains.{network.id}.rpc_urls: no outage stops votes then, no lie counts",
        )
    for finding in _alike(network.rpc_urls, chain):
        yield finding
    endpoints = [
        Endpoint(number, network.id, HttpTransport(url), patient=False)
        for number, url in different(network.rpc_urls).items()
    ]
    try:
        for endpoint in endpoints:
            async for finding in _check_endpoint(endpoint, network, now, f"{chain}, endpoint {endpoint.number}"):
                yield finding
        async for finding in _compare(endpoints, network, chain):
            yield finding
    finally:
        for endpoint in endpoints:
            await endpoint.close()


def _alike(urls: Sequence[str], chain: str) -> Iterator[Finding]:
    """Warn of endpoints that are the same, or of the same provider, as far as their addresses show it."""
    for (one, first), (other, second) in combinations(enumerate(urls, start=1), 2):
        if place(first) == place(second):
            yield warning(f"{chain}: endpoints {one} and {other} are one address, which confirms nothing", _ANOTHER)
        elif server(first) == server(second):
            what = "stand at one server: what is wrong there is wrong at both"
            yield warning(f"{chain}: endpoints {one} and {other} {what}", _ANOTHER)


async def _check_endpoint(endpoint: Endpoint, network: Network, now: Timestamp, who: str) -> AsyncIterator[Finding]:
    answers = await diagnose(endpoint, network, now)
    for answer in answers:
        said = f"{who}: {answer.question}: {answer.detail}"
        if answer.fault is None:
            yield ok(said)
        else:
            yield (warning if answer.served else problem)(said, _remedy(answer, network))
    if any(answer.question is Question.CODE and answer.fault is None for answer in answers):
        yield await _multicall(endpoint, network, who)


async def _compare(endpoints: Sequence[Endpoint], network: Network, chain: str) -> AsyncIterator[Finding]:
    number, found = await differences(endpoints, network)
    for difference in found:
        one, other = difference.endpoints
        yield problem(
            f"{chain}: endpoints {one} and {other} tell another {difference.what} at block {number}",
            "find out which is wrong, by a third one, and replace it; until then no vote on this chain is counted",
        )
    if number is not None and not found:
        yield ok(f"{chain}: its endpoints tell the same hash, time and balance at block {number}")


def _remedy(answer: Answer, network: Network) -> str:
    if answer.question is Question.AGE and answer.fault is ChainFault.NO_FINALITY:
        return (
            "choose an endpoint that keeps up, or no vote can be submitted; where blocks are final as late as that, "
            f"raise chains.{network.id}.max_final_age"
        )
    if answer.question is Question.FINALITY and answer.fault in (ChainFault.NO_FINALITY, ChainFault.BAD_ANSWER):
        return f'set chains.{network.id}.finality to "safe" or to a number of confirmations, or choose another endpoint'
    if answer.fault in _REMEDIES and not answer.served:
        return _REMEDIES[answer.fault]
    remedy = _OF_QUESTION.get(answer.question, "ask its provider, or choose another endpoint").format(chain=network.id)
    return f"votes are served all the same; {remedy}" if answer.served else remedy


async def _multicall(endpoint: Endpoint, network: Network, who: str) -> Finding:
    where = checksummed(network.multicall)
    try:
        stands = bool(await endpoint.code(network.multicall, "latest"))
    except NodeFault:
        stands = False
    if not stands:
        return warning(
            f"{who}: no Multicall at {where}",
            f"set chains.{network.id}.multicall to where it stands; without it power may be read more slowly",
        )
    return ok(f"{who}: Multicall is at {where}")
