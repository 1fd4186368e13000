"""What proves a result, and how anybody checks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import discord

from bot.domain.audit.bundle.writing.bundle_builder import StoredBundle
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import ChainId
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from bot.presentation.results.outcome_lines import outcome_lines
from bot.services.audit.result_bundles import CountedView
from cogs._shared.cards import Card, Row
from cogs._shared.formatting import amount_twice, quoted
from cogs.proposals.proposal_cards import card_url, power_words, title_line

_MIB = 1024 * 1024


def file_name(proposal: Proposal, ending: str) -> str:
    """Return what a file of a result is called."""
    return f"proposal-{proposal.number}-{ending}"


def page_of(base_url: str | None, proposal: Proposal) -> str | None:
    """Return the address of a proposal's public page, None where there are no pages."""
    return f"{base_url}/p/{proposal.guild}/{proposal.number}" if base_url else None


def proof_words(kept: StoredBundle, absent: str = "", *, page: str | None = None) -> str:
    """Name a result's bundle by what tells it from every other; `absent` says why its file is not attached."""
    where = absent or _(
        "The file holds every vote that counts; folkmoot verify recomputes all of it. /results gives it again."
    )
    if page:
        where = f"{where} " + _("[Its page]({page}) can be read by anybody.", page=page)
    ids = _("Content id {cid}\nRoot {root}", cid=f"`{kept.cid}`", root=f"`{kept.root}`")
    return f"{ids}\n{where}"


def in_parts(kept: StoredBundle, of: int) -> str:
    """Say that a file can't be attached as it is, and how it comes."""
    size = f"{kept.size / _MIB:.1f} MiB"
    return ngettext(
        "The file of {size} is larger than what this server takes, so it follows in {number} part: save it, "
        "`folkmoot verify` takes it. /results gives it again.",
        "The file of {size} is larger than what this server takes, so it follows in {number} parts: save all of them, "
        "`folkmoot verify` takes them together. /results gives them again.",
        of,
        size=size,
    )


def part_ending(part: int, of: int) -> str:
    """Return how the name of a part's file ends."""
    return f"result.json.gz.part{part}of{of}"


def part_card(found: CountedView, part: int, of: int, ref: str, attached: discord.File | None = None) -> Card:
    """Say of which bundle a file is a part, and what all parts are good for."""
    proposal = found.view.proposal
    name = file_name(proposal, "result.json.gz.part*")
    cid = found.kept.cid if found.kept else ""
    lines = [
        _("### Bundle of proposal #{number}: part {part} of {of}", number=proposal.number, part=part, of=of),
        _("The file that proves the result is too large for one message. Save all parts in one folder, then:"),
        f"```\nfolkmoot verify {name} --cid {cid}\n```",
    ]
    small = _("-# Together the parts are the bundle that the result names · ref {ref}", ref=ref)
    return Card(["\n".join(lines)], attached=attached, below=[small])


def results_card(
    found: CountedView,
    chains: Mapping[ChainId, str],
    explorers: Mapping[ChainId, str],
    rows: Iterable[Row] = (),
    *,
    page: str | None = None,
) -> Card:
    """Show a result in short, with what proves it and how to check that; `rows` hand out its files."""
    proposal, terms, result = found.view.proposal, found.view.proposal.terms, found.view.proposal.result
    if terms is None or result is None:
        raise ValueError("there is no result to show")
    lines = outcome_lines(proposal, result, terms, quoted)
    turnout = amount_twice(result.tally.total, terms.scale, terms.symbol)
    wallets = ngettext(
        "{number} wallet with {power}", "{number} wallets with {power}", result.tally.ballots, power=turnout
    )
    power = power_words(terms, chains, explorers, 900)
    facts = [
        _("**Turnout**\n{turnout}", turnout=wallets),
        _("**Counted**\n{time}", time=f"<t:{result.counted_at}:f>"),
        _("**Power**\n{power}\nThe power of every voter was read again before this count.", power=power),
    ]
    if found.kept is not None:
        name = file_name(proposal, "result.json.gz")
        told = _("Choose below: the bundle proves the result, the table is for spreadsheets.")
        nodes = " ".join(f"{chain}=URL" for chain in terms.snapshot)
        command = f"```\nfolkmoot verify {name} --cid {found.kept.cid} --rpc {nodes}\n```"
        proof = [
            _("**Proof**\n{proof}", proof=proof_words(found.kept, told, page=page)),
            _("**Check it yourself**\n{command}", command=command),
        ]
    else:
        proof = [_("**Proof**\nIt was counted before results had bundles.")]
    head = f"{title_line(proposal)}\n{lines.text('**')}"
    url = card_url(proposal)
    link: list[Row] = [[discord.ui.Button(label=_("Go to the proposal"), url=url)]] if url else []
    return Card([head, "\n".join(facts), "\n".join(proof)], [*rows, *link])


def receipt_words(proposal: Proposal) -> str:
    """Say what a receipt's file is good for."""
    if proposal.result is None:
        return _(
            "Your votes on #{number} so far, each with its commitment: a hash that tells nobody how you voted before "
            "you show this file. Keep it. Once the result is out, `folkmoot verify BUNDLE --receipt FILE` says whether "
            "they were counted as they are here. If you vote again, ask for a new one.",
            number=proposal.number,
        )
    return _(
        "Your votes on #{number}, with the proof that they are under the root posted with the result. "
        "Next: `folkmoot verify --receipt FILE --root ROOT`, with the root from the announcement.",
        number=proposal.number,
    )
