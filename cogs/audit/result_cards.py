"""What proves a result, and how anybody checks it."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.audit.bundle.writing.bundle_builder import StoredBundle
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import ChainId
from bot.presentation.results.outcome_lines import outcome_lines
from bot.services.audit.result_bundles import CountedView
from cogs._shared.formatting import amount_twice, plural, quoted
from cogs.proposals.proposal_cards import card_url, heading, phase, power_words

_MIB = 1024 * 1024


def file_name(proposal: Proposal, ending: str) -> str:
    """Return what a file of a result is called."""
    return f"proposal-{proposal.number}-{ending}"


def page_of(base_url: str | None, proposal: Proposal) -> str | None:
    """Return the address of a proposal's public page, None where there are no pages."""
    return f"{base_url}/p/{proposal.guild}/{proposal.number}" if base_url else None


def proof_words(kept: StoredBundle, absent: str = "", *, page: str | None = None) -> str:
    """Name a result's bundle by what tells it from every other; `absent` says why its file is not attached."""
    where = (
        absent
        or "The file holds every vote that counts; folkmoot verify recomputes all of it. /results gives it again."
    )
    where += f" [Its page]({page}) can be read by anybody." if page else ""
    return f"Content id `{kept.cid}`\nRoot `{kept.root}`\n{where}"


def in_parts(kept: StoredBundle, of: int) -> str:
    """Say that a file can't be attached as it is, and how it comes."""
    size = f"{kept.size / _MIB:.1f} MiB"
    return (
        f"The file of {size} is larger than what this server takes, so it follows in {of} parts: save all of them, "
        "`folkmoot verify` takes them together. /results gives them again."
    )


def part_ending(part: int, of: int) -> str:
    """Return how the name of a part's file ends."""
    return f"result.json.gz.part{part}of{of}"


def part_card(found: CountedView, part: int, of: int, ref: str) -> discord.Embed:
    """Say of which bundle a file is a part, and what all parts are good for."""
    proposal = found.view.proposal
    name = file_name(proposal, "result.json.gz.part*")
    cid = found.kept.cid if found.kept else ""
    embed = discord.Embed(
        title=f"Bundle of proposal #{proposal.number}: part {part} of {of}",
        description="The file that proves the result is too large for one message. Save all parts in one folder, then:"
        f"\n```\nfolkmoot verify {name} --cid {cid}\n```",
    )
    embed.set_footer(text=f"Together the parts are the bundle that the result names · ref {ref}")
    return embed


def results_card(
    found: CountedView,
    chains: Mapping[ChainId, str],
    explorers: Mapping[ChainId, str],
    *,
    page: str | None = None,
) -> discord.Embed:
    """Show a result in short, with what proves it and how to check that."""
    proposal, terms, result = found.view.proposal, found.view.proposal.terms, found.view.proposal.result
    if terms is None or result is None:
        raise ValueError("there is no result to show")
    lines = outcome_lines(proposal, result, terms, quoted)
    embed = discord.Embed(title=heading(proposal, phase(found.view)), description=lines.text("**"))
    turnout = amount_twice(result.tally.total, terms.scale, terms.symbol)
    embed.add_field(name="Turnout", value=f"{plural(result.tally.ballots, 'wallet')} with {turnout}", inline=False)
    embed.add_field(name="Counted", value=f"<t:{result.counted_at}:f>")
    if url := card_url(proposal):
        embed.add_field(name="Proposal", value=f"[Its card]({url})")
    read = f"{power_words(terms, chains, explorers, 900)}\nThe power of every voter was read again before this count."
    embed.add_field(name="Power", value=read, inline=False)
    if found.kept is not None:
        name = file_name(proposal, "result.json.gz")
        told = "Choose below: the bundle proves the result, the table is for spreadsheets."
        embed.add_field(name="Proof", value=proof_words(found.kept, told, page=page), inline=False)
        nodes = " ".join(f"{chain}=URL" for chain in terms.snapshot)
        command = f"folkmoot verify {name} --cid {found.kept.cid} --rpc {nodes}"
        embed.add_field(name="Check it yourself", value=f"```\n{command}\n```", inline=False)
    else:
        embed.add_field(name="Proof", value="It was counted before results had bundles.", inline=False)
    return embed


def receipt_words(proposal: Proposal) -> str:
    """Say what a receipt's file is good for."""
    if proposal.result is None:
        return (
            f"Your votes on #{proposal.number} so far, each with its commitment: a hash that tells nobody how you "
            "voted before you show this file. Keep it. Once the result is out, `folkmoot verify BUNDLE --receipt "
            "FILE` says whether they were counted as they are here. If you vote again, ask for a new one."
        )
    return (
        f"Your votes on #{proposal.number}, with the proof that they are under the root posted with the result. "
        "Next: `folkmoot verify --receipt FILE --root ROOT`, with the root from the announcement."
    )
