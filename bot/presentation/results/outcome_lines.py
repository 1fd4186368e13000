"""A result in three lines: what was decided, by how much, of what turnout."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from bot.domain.proposals.proposal import Proposal, Result, Terms
from bot.domain.proposals.vote_rules import MAJORITY
from bot.domain.shared.amounts import exact, humane
from bot.domain.voting import SIMPLE, SYSTEMS, QuorumCounts, Scores, Verdict
from bot.domain.voting.systems.basic import AGAINST, FOR
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import cut
from bot.presentation.results.reason_words import ReasonWords
from bot.presentation.results.rule_words import Quote, counted_words, needed_words
from bot.presentation.results.shares import share

VERDICTS = {
    Verdict.PASSED: N_("Passed"),
    Verdict.REJECTED: N_("Rejected"),
    Verdict.DECIDED: N_("Decided"),
    Verdict.TIED: N_("Tied"),
    Verdict.NO_QUORUM: N_("No quorum"),
}
"""The one word of each verdict."""


_BRIEF = 24
"""Characters of a choice's label in a remark within a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLines:
    """A result in words. `verdict` is one word, the lines are sentences; `margin` is empty if nobody voted."""

    verdict: str
    decided: str
    margin: str
    turnout: str

    def text(self, strong: str = "") -> str:
        """Return the lines, the verdict first and between two `strong`."""
        return "\n".join(filter(None, (f"{strong}{self.verdict}:{strong} {self.decided}", self.margin, self.turnout)))


def outcome_lines(proposal: Proposal, result: Result, terms: Terms, quote: Quote) -> OutcomeLines:
    """Return what was decided and why; `quote` escapes labels and symbols, which are members' words."""
    said = _Outcome(proposal, result, terms, quote)
    decided, margin = said.decided_and_margin()
    return OutcomeLines(
        verdict=_(VERDICTS[result.outcome.verdict]), decided=decided, margin=margin, turnout=said.turnout()
    )


class _Outcome:
    """Builds the lines."""

    def __init__(self, proposal: Proposal, result: Result, terms: Terms, quote: Quote) -> None:
        self._proposal, self._result, self._terms, self._quote = proposal, result, terms, quote
        self._outcome, self._system = result.outcome, SYSTEMS[proposal.voting]

    def decided_and_margin(self) -> tuple[str, str]:
        outcome = self._outcome
        if outcome.counts is QuorumCounts.REJECTION:
            return self._by_rejection()
        match outcome.verdict:
            case Verdict.NO_QUORUM:
                return self._no_quorum()
            case Verdict.TIED:
                return _("nothing is decided."), self._level()
            case Verdict.DECIDED:
                why = self._reason_words().first(self._system.why_first(self._result.tally))
                winner = self._label(outcome.leaders[0])
                return _("{choice} wins.", choice=winner), " ".join(filter(None, (why, self._bar())))
            case _ if self._system.for_against and self._terms.rules.approval == MAJORITY:
                return self._for_or_against()
            case _:
                return self._by_threshold()

    def turnout(self) -> str:
        """Return who voted with how much power, and what part of the quorum that is."""
        tally, terms = self._result.tally, self._terms
        voted = ngettext(
            "{number} wallet voted with {power}",
            "{number} wallets voted with {power}",
            tally.ballots,
            power=self._amount(tally.total),
        )
        outcome = self._outcome
        if not tally.ballots and outcome.quorum and outcome.counts is not QuorumCounts.REJECTION:
            return _("The quorum is {quorum}.", quorum=self._amount(outcome.quorum))
        if outcome.counts is QuorumCounts.REJECTION or not outcome.quorum:
            return f"{voted}." if tally.ballots else ""
        quorum, _reached = self._apart(outcome.quorum, floor(outcome.reached))
        if outcome.verdict is not Verdict.NO_QUORUM:
            return _("{voted}; the quorum of {quorum} is reached.", voted=voted, quorum=quorum)
        missing = _missing(ceil(outcome.quorum - outcome.reached), terms, self._quote)
        counted = counted_words(outcome.counts)
        return _(
            "{voted}; the quorum of {quorum}{counted} lacks {missing}.",
            voted=voted,
            quorum=quorum,
            counted=counted,
            missing=missing,
        )

    def _no_quorum(self) -> tuple[str, str]:
        if not self._result.tally.ballots:
            return _("nothing is decided, for nobody voted."), ""
        if not self._result.tally.total:
            return _("nothing is decided, for nobody voted with any power."), ""
        counted = counted_words(self._outcome.counts)
        return _("nothing is decided, for too few voted{counted}.", counted=counted), self._would_have_won()

    def _would_have_won(self) -> str:
        """Return who was ahead, in words that never say that somebody wins, and what that choice lacks besides."""
        outcome, leaders, tally = self._outcome, self._outcome.leaders, self._result.tally
        if len(leaders) != 1:
            return self._level() if leaders else ""
        if self._system.for_against:
            yes, no = tally.scores[FOR - 1], tally.scores[AGAINST - 1]
            return _(
                "{choice} was ahead with {share} of what was cast for it or for {other}.",
                choice=self._label(leaders[0]),
                share=share(max(yes, no), yes + no),
                other=self._label(AGAINST if leaders[0] == FOR else FOR),
            )
        if outcome.threshold != SIMPLE and not outcome.threshold.met(outcome.approval, outcome.whole):
            part = share(outcome.approval, outcome.whole, beside=self._terms.threshold.share)
            first, needed = self._label(leaders[0]), self._needed()
            return _("{choice} came first with {share}, but needed {needed}.", choice=first, share=part, needed=needed)
        return _("{choice} would have won, had the quorum been reached.", choice=self._label(leaders[0]))

    def _level(self) -> str:
        """Return which choices are tied, and by which rules."""
        leaders, tally = self._outcome.leaders, self._result.tally
        if leaders:
            return self._reason_words().equal(self._system.why_equal(tally, leaders), leaders)
        if self._system.for_against:
            yes, no = self._label(FOR), self._label(AGAINST)
            return _("Neither {one} nor {other} has any power behind it.", one=yes, other=no)
        return _("No choice has any power behind it.")

    def _by_rejection(self) -> tuple[str, str]:
        outcome = self._outcome
        against, veto = self._apart(floor(outcome.reached), outcome.quorum)
        if outcome.verdict is Verdict.REJECTED:
            decided = _("more voted Against than it takes to reject.")
            return decided, _("{against} voted Against, more than {veto}.", against=against, veto=veto)
        return _("too few voted Against to reject it; For is not counted."), _(
            "{against} voted Against, and it takes more than {veto}.", against=against, veto=veto
        )

    def _for_or_against(self) -> tuple[str, str]:
        tally = self._result.tally
        yes, no = floor(tally.scores[FOR - 1]), floor(tally.scores[AGAINST - 1])
        winner, loser = (FOR, AGAINST) if self._outcome.verdict is Verdict.PASSED else (AGAINST, FOR)
        more, less = self._apart(max(yes, no), min(yes, no))
        decided = _("more voted {choice} than {other}.", choice=self._label(winner), other=self._label(loser))
        return decided, _(
            "{choice} has {more}, {share} of what was cast for it or for {other} ({less}).",
            choice=self._label(winner),
            more=more,
            share=share(max(yes, no), yes + no),
            other=self._label(loser),
            less=less,
        )

    def _by_threshold(self) -> tuple[str, str]:
        outcome = self._outcome
        choice = self._label(FOR if self._system.for_against else outcome.leaders[0])
        needed = self._needed()
        decided = (
            _("{choice} has what it needs, {needed}.", choice=choice, needed=needed)
            if outcome.verdict is Verdict.PASSED
            else _("{choice} needed {needed}.", choice=choice, needed=needed)
        )
        facts = {
            "choice": choice,
            "amount": self._amount(floor(outcome.approval)),
            "share": share(outcome.approval, outcome.whole, beside=self._terms.threshold.share),
        }
        if self._system.scores is Scores.POINTS:
            return decided, _("{choice} scores {amount}, {share}.", **facts)
        return decided, _("{choice} has {amount}, {share}.", **facts)

    def _bar(self) -> str:
        """Return what else a choice needed in order to pass, and what it has."""
        if self._terms.rules.approval == MAJORITY:
            return ""
        part = share(self._outcome.approval, self._outcome.whole, beside=self._terms.threshold.share)
        return _("It needed {needed} and has {share}.", share=part, needed=self._needed())

    def _needed(self) -> str:
        terms = self._terms
        text = needed_words(terms.rules.approval, self._proposal.voting, terms.strategies, self._quote)
        return f"{text} ({self._amount(terms.threshold.votable)})" if terms.threshold.votable else text

    def _reason_words(self) -> ReasonWords:
        return ReasonWords(
            amount=lambda score: self._amount(floor(score)),
            label=self._label,
            aside=lambda choice: f"“{self._quote(cut(self._proposal.choices[choice - 1], _BRIEF))}”",
        )

    def _label(self, choice: int) -> str:
        return f"“{self._quote(self._proposal.choices[choice - 1])}”"

    def _amount(self, units: int) -> str:
        return f"{humane(units, self._terms.scale)} {self._quote(self._terms.symbol)}"

    def _apart(self, more: int, less: int) -> tuple[str, str]:
        """Return two amounts as text; two different ones are exact if they would look equal when rounded."""
        scale, symbol = self._terms.scale, self._quote(self._terms.symbol)
        written = humane(more, scale), humane(less, scale)
        if written[0] == written[1] and more != less:
            written = exact(more, scale), exact(less, scale)
        return f"{written[0]} {symbol}", f"{written[1]} {symbol}"


def _missing(units: int, terms: Terms, quote: Quote) -> str:
    """Return a missing amount; exact if that is hardly longer, because a rounded one may be too little."""
    brief, full = humane(units, terms.scale), exact(units, terms.scale)
    if len(full) <= len(brief) + 4:
        return f"{full} {quote(terms.symbol)}"
    about = brief if brief.startswith("less") else _("about {amount}", amount=brief)
    return f"{about} {quote(terms.symbol)}"


def missing_words(units: int, terms: Terms, quote: Quote) -> str:
    """Return what is missing to a quorum; never "about 0", and exact if that is hardly longer."""
    return _missing(units, terms, quote)
