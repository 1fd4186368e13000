"""The versions of a text: what changed, when, and the content identifier of each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.proposal_document import proposal_document
from bot.domain.proposals.proposal import Proposal, State, Version
from bot.domain.shared.types import Timestamp
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from cogs._shared.cards import Card, Row
from cogs._shared.formatting import cut_quoted, moment
from cogs.proposals.proposal_cards import card_url
from cogs.proposals.text_diff import changes

_BLOCK, _TITLE = 3_000, 240
"""Room for what changed and for a title, of the signs that a message holds."""


def change_card(proposal: Proposal, before: Version, after: Version, ref: str) -> Card:
    """Show what an author changed before voting opened; what a message can't hold comes whole as a file too."""
    whole = changes(before, after)
    shown = whole
    if len(whole) > _BLOCK:
        shown = whole[:_BLOCK].rsplit("\n", 1)[0] + "\n…"
    lines = [
        _("### Text changed"),
        f"**{cut_quoted(after.text.title, _TITLE)}**",
        _(
            "Its author changed the text: this is version {number}, of {when}.",
            number=after.number,
            when=f"<t:{after.written_at}:f>",
        ),
    ]
    if proposal.terms is not None:
        start = moment(proposal.terms.start)
        lines.append(_("Voting opens {start}; the text is fixed from then on.", start=start))
    small = _(
        "-# Proposal {proposal} · version {number} · {cid} · ref {ref}",
        proposal=proposal.number,
        number=after.number,
        cid=f"`{after.cid}`",
        ref=ref,
    )
    url = card_url(proposal)
    rows: list[Row] = [[discord.ui.Button(label=_("Go to the proposal"), url=url)]] if url else []
    diff = f"```diff\n{shown}\n```"
    if shown == whole:
        return Card(["\n".join(lines), diff, small], rows)
    name = f"proposal-{proposal.number}-version-{after.number}.diff"
    file = discord.File(io.BytesIO(whole.encode()), filename=name, description=_("All that changed in the text"))
    all_of_it = _("-# The attached file holds all that changed.")
    return Card(["\n".join(lines), diff, f"{all_of_it}\n{small}"], rows, attached=file)


def history_card(proposal: Proposal, versions: Sequence[Version], chosen: Version | None, now: Timestamp) -> Card:
    """List the versions of a text, and give the document that the identifier of one of them (the last) names."""
    last = versions[-1] if versions else None
    chosen = chosen or last
    state = proposal.state(now)
    head = [
        ngettext("### {number} version", "### {number} versions", len(versions)),
        f"**{cut_quoted(proposal.text.title, _TITLE)}**",
        _("Its author may change it until voting opens.") if state is State.PENDING else _("No text changes any more."),
    ]
    lines = "\n".join(_line(version, last=version is last) for version in reversed(versions))
    if chosen is not None:
        proposal = replace(proposal, text=chosen.text, choices=chosen.choices)
    content = canonical(proposal_document(proposal))
    number = chosen.number if chosen else 1
    small = _(
        "-# The attached file is version {number} with all that is voted on. Its CID, by sha2-256 over its bytes, is "
        "the identifier: whoever changes one sign of it gets another.",
        number=number,
    )
    name = f"proposal-{proposal.number}-version-{number}.json"
    about = _("The document that the identifier names")
    file = discord.File(io.BytesIO(content), filename=name, description=about)
    return Card(["\n".join(head), *([lines] if lines else []), small], attached=file)


def _line(version: Version, *, last: bool) -> str:
    facts = {"number": version.number, "time": f"<t:{version.written_at}:f>"}
    line = _("**{number}** · {time} · in force", **facts) if last else "**{number}** · {time}".format(**facts)
    return f"{line}\n`{version.cid}`"
