"""What members typed into the form of a proposal: kept for a while where it was refused, and given back."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from typing import Self

import discord

from bot.domain.proposals.proposal import Proposal, Text
from bot.domain.proposals.vote_rules import OPEN, Rules
from bot.domain.shared.types import Timestamp
from bot.domain.spaces.space import MAIN
from bot.domain.voting import VotingType
from bot.presentation.catalogue.messages import gettext as _
from bot.services.proposals.text_revisions import mark_of

KEEP = 900
"""Seconds for which what was typed into a refused form is kept."""
_MOST_KEPT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a member typed. `number` is the proposal that it changes, None for a new one; `seen` is its `mark_of`.

    `space` is the number of the space that a new one is for.
    """

    text: Text
    voting: VotingType
    choices: tuple[str, ...]
    number: int | None = None
    chosen: Rules = OPEN
    seen: str = ""
    space: int = MAIN

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        """Return what a proposal says."""
        return cls(
            text=proposal.text,
            voting=proposal.voting,
            choices=proposal.choices,
            number=proposal.number,
            chosen=proposal.chosen,
            seen=mark_of(proposal),
        )

    def file(self) -> discord.File:
        """Return all of it as a file."""
        text = self.text
        parts = (text.title, text.summary, text.body, text.discussion, "\n".join(self.choices))
        whole = "\n\n".join(part for part in parts if part).encode("utf-8", "replace")
        return discord.File(io.BytesIO(whole), filename="typed.txt", description=_("What you typed"))


class RefusedForms:
    """Keeps what was typed into refused forms, for its member and for a while, in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Timestamp, int, Typed]] = {}

    def keep(self, member: int, typed: Typed, now: Timestamp) -> str:
        """Keep it; return the key to it."""
        self._kept = {key: entry for key, entry in self._kept.items() if entry[0] > now}
        while len(self._kept) >= _MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        key = secrets.token_hex(8)
        self._kept[key] = (Timestamp(now + KEEP), member, typed)
        return key

    def take(self, key: str, member: int, now: Timestamp) -> Typed | None:
        """Return what is kept under the key for this member, if it still is."""
        until, owner, typed = self._kept.get(key, (0, None, None))
        return typed if owner == member and until > now else None
