"""Where, on what, until when and in which order delegations between members count, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.delegation.member_delegation import MemberDelegation, ahead, idle
from bot.domain.shared.types import SpaceId, Timestamp
from bot.domain.voting import VotingType
from bot.presentation.catalogue.formats import listed
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from cogs._shared.formatting import moment, person

Names = Mapping[SpaceId, str]
"""Spaces by the words that name them; empty where the server has one, which is said to be this server."""

_NAMED = 10
"""Delegations of which a sentence names all."""


def topic_words(topic: VotingType | None) -> str:
    """Say on which proposals."""
    return _("all proposals") if topic is None else _("{kind} proposals", kind=topic)


def place_words(space: SpaceId, names: Names) -> str:
    """Name a space, or this server where it has one."""
    return names.get(space) or _("this server")


def scope_words(delegation: MemberDelegation, names: Names) -> str:
    """Say where, and on which proposals."""
    where = _("every server") if delegation.everywhere else place_words(delegation.space, names)
    return _("{proposals} in {place}", proposals=topic_words(delegation.topic), place=where)


def end_words(until: Timestamp | None) -> str:
    """Say until when, behind what ends then; nothing without an end."""
    return "" if until is None else _(", until {time}", time=moment(until))


def by_words(delegation: MemberDelegation) -> str:
    """Say that it is the one for every server, behind what comes of it."""
    return _(", by your delegation for every server") if delegation.everywhere else ""


def in_order(delegations: Sequence[MemberDelegation], names: Names) -> list[MemberDelegation]:
    """Return those of each space, in the order of their `names`, then those for every server; by topic in each."""
    places = {space: place for place, space in enumerate(names)}
    return sorted(delegations, key=lambda m: (m.everywhere, places.get(m.space, 0), m.topic or ""))


def named(delegations: Sequence[MemberDelegation], names: Names) -> str:
    """List delegations: where and on what, and to whom; of many the first, and how many more there are."""
    told = [f"{scope_words(m, names)} ({person(m.delegate)})" for m in in_order(delegations, names)[:_NAMED]]
    if (left := len(delegations) - _NAMED) > 0:
        told.append(ngettext("{number} more", "{number} more", left))
    return listed(told)


def order_words(delegation: MemberDelegation, before: Sequence[MemberDelegation], names: Names) -> list[str]:
    """Say what comes before a new delegation, and before which it comes."""
    if delegation.everywhere:
        return [_first_in_each(delegation, names), *_first_here(delegation, before, names)]
    lines = []
    if not delegation.topic:
        lines.append(
            _("A delegation for one kind of proposal in this space comes before this one.")
            if names
            else _("A delegation for one kind of proposal in this server comes before this one.")
        )
    if behind := [other for other in before if ahead(other, [delegation], delegation.space)]:
        who = _delegates(behind)
        lines.append(
            _("There it comes before your delegation for every server ({members}).", members=who)
            if names
            else _("Here it comes before your delegation for every server ({members}).", members=who)
        )
    return lines


def ahead_words(delegation: MemberDelegation, others: Sequence[MemberDelegation], names: Names) -> str:
    """Say where others come before a delegation, behind what is said of it."""
    return "".join(
        _behind(delegation, [other for other in others if other.space == space], space, names)
        for space in dict.fromkeys(other.space for other in others)
    )


def _first_in_each(delegation: MemberDelegation, names: Names) -> str:
    if names and delegation.topic:
        return _("In a server or space for which you give one of its own, that one comes first.")
    if names:
        return _(
            "In a server or space for which you give one of its own, that one comes first; so does one for a kind of "
            "proposal."
        )
    if delegation.topic:
        return _("In a server for which you give one of its own, that one comes first.")
    return _("In a server for which you give one of its own, that one comes first; so does one for a kind of proposal.")


def _first_here(delegation: MemberDelegation, before: Sequence[MemberDelegation], names: Names) -> list[str]:
    return [
        _(
            "In {place} that is your delegation to {member} on {proposals}.",
            place=place_words(space, names),
            member=person(other.delegate),
            proposals=topic_words(other.topic),
        )
        for space in names or [delegation.space]
        for other in in_order(ahead(delegation, before, space), names)
    ]


def _behind(delegation: MemberDelegation, there: Sequence[MemberDelegation], space: SpaceId, names: Names) -> str:
    topics = listed([topic_words(other.topic) for other in in_order(there, names)])
    if not names:
        if idle(delegation, there, space):
            return _("; not here, where one for this server comes first")
        return _("; here not on {proposals}, where one for this server comes first", proposals=topics)
    if idle(delegation, there, space):
        return _("; not in {place}, where one of its own comes first", place=place_words(space, names))
    return _(
        "; in {place} not on {proposals}, where one of its own comes first",
        place=place_words(space, names),
        proposals=topics,
    )


def _delegates(delegations: Sequence[MemberDelegation]) -> str:
    return listed([person(member) for member in dict.fromkeys(delegation.delegate for delegation in delegations)])
