"""The rules of a vote in words: quorum, approval, what is hidden, partial rankings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.power import Strategy
from bot.domain.proposals.proposal import Terms
from bot.domain.proposals.vote_rules import (
    MAJORITY,
    Approval,
    Assurance,
    Rules,
    Settled,
    Share,
    VoteVisibility,
    Whole,
)
from bot.domain.shared.types import RoleId
from bot.domain.voting import SYSTEMS, QuorumCounts, VotingType
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.results import rule_words
from cogs._shared.formatting import listed, quoted

SHOWN = {
    VoteVisibility.TALLY: N_("the tally is shown while voting"),
    VoteVisibility.QUORUM: N_("hidden until the result; the way to the quorum is shown"),
    VoteVisibility.NOTHING: N_("hidden until the result, the way to the quorum too"),
}
ASSURED = {
    Assurance.ACCOUNT: N_("by a Discord account, for its linked wallets"),
    Assurance.SIGNED: N_("each signed by its wallet"),
}
"""What completes "ballots are cast"."""
_FREE = N_("{rule}, unless the author chooses otherwise")


def needed_words(approval: Approval, voting: VotingType | None, strategies: Sequence[Strategy]) -> str:
    """Write `at least 2/3 of For and Against`."""
    return rule_words.needed_words(approval, voting, strategies, quoted)


def quorum_rule(
    quorum: str | Share, counts: QuorumCounts, read: Callable[[str], str], strategies: Sequence[Strategy]
) -> str:
    """Say what quorum is asked for; `read` writes an amount with its unit."""
    if isinstance(quorum, Share):
        whole = rule_words.of_words(quorum.of, None, strategies, quoted)
        needed = _("{share} of {whole}", share=rule_words.share_words(quorum.share), whole=whole)
    elif quorum.strip("0., "):
        needed = read(quorum)
    elif counts is QuorumCounts.REJECTION:
        needed = "0"
    else:
        return _("not asked for")
    if counts is QuorumCounts.REJECTION:
        return _("it passes unless more than {needed} votes Against", needed=needed)
    if counts is QuorumCounts.TURNOUT:
        return _("needs {needed} in total", needed=needed)
    return _("needs {needed} to vote{which}", needed=needed, which=rule_words.counted_words(counts))


def approval_rule(approval: Approval, voting: VotingType | None, strategies: Sequence[Strategy]) -> str:
    """Say what it takes to pass, or to be decided for."""
    if approval == MAJORITY and (voting is None or SYSTEMS[voting].for_against):
        return _("more For than Against")
    if approval == MAJORITY:
        return _("the choice that the system puts first")
    needed = needed_words(approval, voting, strategies)
    if voting is None:
        return _("For, or the first choice, needs {needed}", needed=needed)
    if SYSTEMS[voting].for_against:
        return _("For needs {needed}", needed=needed)
    return _("the choice that comes first needs {needed}", needed=needed)


def rules_lines(
    rules: Rules, voting: VotingType | None, read: Callable[[str], str], strategies: Sequence[Strategy]
) -> list[str]:
    """Return a line for each rule that is set."""
    lines = []
    if rules.quorum is not None or rules.counts is not None:
        quorum = "0" if rules.quorum is None else rules.quorum
        asked = quorum_rule(quorum, rules.counts or QuorumCounts.TURNOUT, read, strategies)
        lines.append(_("Quorum: {rule}", rule=asked))
    if rules.approval is not None:
        lines.append(_("Approval: {rule}", rule=approval_rule(rules.approval, voting, strategies)))
    if rules.shown is not None:
        lines.append(_("Votes: {rule}", rule=_(_FREE, rule=_(SHOWN[rules.shown]))))
    if rules.partial is not None and (voting is None or SYSTEMS[voting].partial):
        lines.append(_("Rankings: {rule}", rule=_(_FREE, rule=_partial(partial=rules.partial))))
    if rules.assurance is not None:
        told = _(ASSURED[rules.assurance])
        if rules.assurance is Assurance.ACCOUNT:
            told = _("{rule}, unless the author asks for signatures", rule=told)
        lines.append(_("Ballots: {rule}", rule=told))
    return lines


def choices_lines(rules: Rules, voting: VotingType) -> list[str]:
    """Return a line for each rule that an author chose."""
    lines = [_(SHOWN[rules.shown])] if rules.shown is not None else []
    if rules.partial is not None and SYSTEMS[voting].partial:
        lines.append(_partial(partial=rules.partial))
    return lines + ([_("ballots are each signed by its wallet")] if rules.assurance is Assurance.SIGNED else [])


def passing_words(terms: Terms, voting: VotingType) -> str:
    """Say what the vote needs besides its quorum, with the amount where it is fixed; nothing where that is plain."""
    rules = terms.rules
    if rules.counts is QuorumCounts.REJECTION or rules.approval == MAJORITY:
        return ""
    text = approval_rule(rules.approval, voting, terms.strategies)
    if not isinstance(rules.approval.of, Whole):
        return text
    return f"{text} ({rule_words.whole_amount(rules.approval.of, terms.threshold.votable, terms, quoted)})"


def ranking_words(rules: Settled, voting: VotingType) -> str:
    """Say which rankings are taken; nothing where there is no option."""
    return _partial(partial=rules.partial) if SYSTEMS[voting].partial else ""


def _partial(*, partial: bool) -> str:
    return _("may leave choices out") if partial else _("name every choice")


def voter_words(roles: Sequence[RoleId]) -> str:
    """Say who alone votes."""
    who = listed([f"<@&{role}>" for role in roles], "or")
    return _(
        "Only members with {roles}, by the power of their own wallets; delegations between members don't count here",
        roles=who,
    )
