"""What earlier versions decided otherwise, so that a bundle of theirs is told by which rule it differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.voting.outcome.outcome import Outcome, Verdict


def nothing_of_nothing(stated: Mapping[str, object], outcome: Outcome) -> Iterator[str]:
    """Yield by which rule a vote without any power For or Against, stated to have passed, has not by what is computed.

    At first "at least two thirds" was met by nothing, which is two thirds of nothing: so Abstain alone passed a vote.
    """
    empty = not outcome.approval and not outcome.whole and outcome.threshold.met(0, 0)
    if empty and outcome.verdict is Verdict.REJECTED and stated.get("verdict") == Verdict.PASSED.value:
        yield (
            "outcome verdict: no power is For or Against. By the rule of now nothing of nothing meets no threshold, so "
            "Abstain alone passes nothing; versions before that rule let it pass, as nothing is "
            f"{outcome.threshold.share} of nothing"
        )
