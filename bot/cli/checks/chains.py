"""Asks every endpoint of a chain what reading votes will ask of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.chain.diagnosis import Finding as Answer
from bot.chain.diagnosis import Question, diagnose
from bot.chain.endpoint import Endpoint
from bot.chain.faults import CallFailed, NodeFault
from bot.chain.network import Network
from bot.chain.transport import HttpTransport
from bot.cli.checks.findings import Finding, ok, problem, warning
from bot.domain.addresses import checksummed
from bot.domain.errors import ChainFault

_REMEDIES = {
    ChainFault.UNREACHABLE: "check the address, and that this machine may reach it",
    ChainFault.RATE_LIMITED: "choose a plan that allows more requests, or add another endpoint",
    ChainFault.UNAUTHORIZED: "check the key in the address, and the provider's plan",
    ChainFault.NEEDS_ARCHIVE: "choose an endpoint with archive access, or votes cannot be counted",
    ChainFault.WRONG_CHAIN: "write the address of an endpoint of this chain, or move it to its own [chains.<id>]",
}


async def check_network(network: Network) -> AsyncIterator[Finding]:
    """Look at every endpoint of a chain, each by its number in the settings; its address is never shown."""
    if len(network.rpc_urls) == 1:
        yield warning(
            f"chain {network.id} ({network.name}) has one endpoint",
            f"add one of another provider to chains.{network.id}.rpc_urls, so that an outage does not hold votes up",
        )
    for number, url in enumerate(network.rpc_urls, start=1):
        endpoint = Endpoint(number, network.id, HttpTransport(url), patient=False)
        who = f"chain {network.id} ({network.name}), endpoint {number}"
        try:
            async for finding in _check_endpoint(endpoint, network, who):
                yield finding
        finally:
            await endpoint.close()


async def _check_endpoint(endpoint: Endpoint, network: Network, who: str) -> AsyncIterator[Finding]:
    answers = await diagnose(endpoint, network)
    for answer in answers:
        said = f"{who}: {answer.question}: {answer.detail}"
        yield ok(said) if answer.fault is None else problem(said, _remedy(answer, network))
    if len(answers) == len(Question) and answers[-1].fault is None:
        yield await _multicall(endpoint, network, who)


def _remedy(answer: Answer, network: Network) -> str:
    if answer.question is Question.FINALITY and answer.fault in (ChainFault.NO_FINALITY, ChainFault.BAD_ANSWER):
        return f'set chains.{network.id}.finality to "safe" or to a number of confirmations, or choose another endpoint'
    if answer.question is Question.ARCHIVE and answer.fault not in _REMEDIES:
        return _REMEDIES[ChainFault.NEEDS_ARCHIVE]
    return _REMEDIES.get(answer.fault or ChainFault.BAD_ANSWER, "ask its provider, or choose another endpoint")


async def _multicall(endpoint: Endpoint, network: Network, who: str) -> Finding:
    where = checksummed(network.multicall)
    try:
        code = await endpoint.call("eth_getCode", network.multicall, "latest")
    except (CallFailed, NodeFault):
        code = "0x"
    if code in (None, "", "0x"):
        return warning(
            f"{who}: no Multicall at {where}",
            f"set chains.{network.id}.multicall to where it stands; without it power may be read more slowly",
        )
    return ok(f"{who}: Multicall is at {where}")
