"""Who votes for a member, and for how many the member does, in the lines of their power."""

from __future__ import annotations

from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from bot.services.power.voting_power import PowerReport
from cogs._shared.formatting import person
from cogs.delegation.delegation_words import by_words, end_words, topic_words


def delegation_lines(report: PowerReport) -> list[str]:
    """Say who votes for the member and for how many the member does; nothing if there is no delegation."""
    lines = _given(report)
    if report.delegators:
        lines.append(
            ngettext(
                "{number} member delegates to you: where they don't vote themselves, their power counts with your "
                "vote.",
                "{number} members delegate to you: where they don't vote themselves, their power counts with your "
                "vote.",
                report.delegators,
            )
        )
    return lines


def _given(report: PowerReport) -> list[str]:
    if report.voted_by is not None:
        return [
            _(
                "Your delegate {member} voted for you here, with this power. To take it back while voting is open, "
                "vote on the proposal's card yourself; /vote status shows how they voted.",
                member=person(report.voted_by),
            )
        ]
    if report.member_delegations and report.proposal is not None:
        return [
            _(
                "{member} may vote with it here as long as you don't vote yourself{by}.",
                member=person(given.delegate),
                by=by_words(given),
            )
            for given in report.member_delegations
        ]
    some = len(report.member_delegations) > 1
    return [
        _(
            "{member} votes with it on {proposals} where you don't{end}{by}.",
            member=person(given.delegate),
            proposals=_("all other proposals") if some and given.topic is None else topic_words(given.topic),
            end=end_words(given.until),
            by=by_words(given),
        )
        for given in sorted(report.member_delegations, key=lambda given: (given.topic is None, given.topic or ""))
    ]
