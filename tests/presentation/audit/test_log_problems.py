"""What a check of the log found is told through the catalogue, whatever it is."""

from __future__ import annotations

import pytest

from bot.domain.audit.log.log_problem import (
    BallotFlaw,
    BallotPersonProblem,
    BallotProblem,
    Break,
    ChainFlaw,
    EntryFlaw,
    EntryProblem,
    HashUnknown,
    Person,
    Problem,
    RowFlaw,
    RowPersonProblem,
    RowProblem,
)
from bot.presentation.audit.log_problems import log_problem_words
from bot.presentation.catalogue.messages import speaking
from tests.presentation.catalogue.pseudo import PSEUDO
from tests.presentation.refusals.test_refusals import untranslated

EVERY: list[Problem] = [
    *(Break(seq=3, flaw=flaw, number="5") for flaw in ChainFlaw),
    *(EntryProblem(seq=3, flaw=flaw) for flaw in EntryFlaw),
    HashUnknown(hash="ab"),
    *(RowProblem(seq=3, flaw=flaw, row="Zq/1") for flaw in RowFlaw),
    RowPersonProblem(seq=3, row="Zq/1", column="Zq"),
    *(BallotProblem(seq=3, flaw=flaw, wallet="0x1", proposal=2) for flaw in BallotFlaw),
    *(BallotPersonProblem(seq=3, person=person, wallet="0x1", proposal=2) for person in Person),
]


@pytest.mark.parametrize("problem", EVERY, ids=str)
def test_it_is_a_sentence_of_the_catalogue(problem: Problem) -> None:
    assert not log_problem_words(problem).endswith(".")
    with speaking(PSEUDO):
        assert untranslated(log_problem_words(problem)) == ""


def test_all_that_is_found_has_words() -> None:
    assert len({log_problem_words(problem) for problem in EVERY}) == len(EVERY)
