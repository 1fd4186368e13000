"""When a request counts: no clock is believed alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.audit.bundle.checking import bundle_checks
from bot.domain.audit.bundle.checking.bundle_checks import read
from bot.domain.audit.bundle.checking.findings import State
from bot.domain.proposals.proposal import GRACE
from bot.domain.shared.clock_agreement import CLOCK_SKEW, INSIDE, moment
from bot.domain.shared.types import Timestamp
from tests.builders import CHAIN, NOW, a_block, a_proposal, some_terms
from tests.bundles import a_bundle

START, END = Timestamp(100_000), Timestamp(500_000)
AMID = (START + END) // 2
HOUR = 3_600


@pytest.mark.parametrize(
    ("host", "said", "head", "counts"),
    [
        (END - 30, END - 40, None, END - 40),  # two agree; the chain need not be asked
        (END + 20, END - 10, None, END - 10),  # what is on its way still counts
        (END - 20, END + 1, None, END + 1),  # and is too late, though the machine is slow
        (END + HOUR, END - HOUR, END - HOUR - 12, END - HOUR),  # the machine is fast: voting is open
        (END - HOUR, END + 5, END + 2, END + 5),  # it is slow: voting is over
        (START - HOUR, START + 5, START - 7, START + 5),  # it is slow: voting has begun
        (START + HOUR, START - 40, START - 50, START - 40),  # it is fast: voting has not
        (AMID, AMID - HOUR, AMID - 12, None),  # nobody says what Discord does
        (AMID, AMID + HOUR, AMID - 12, None),
        (AMID, AMID + HOUR, AMID - HOUR, AMID + HOUR),  # the chain stands still: all three have it open
        (END + HOUR, AMID, START, None),  # three that differ, and one has it closed
        (END - HOUR, END - 2 * HOUR, None, END - 2 * HOUR),  # the chain does not tell, and it does not matter
        (END + HOUR, END - HOUR, None, None),  # it does
        (AMID, None, AMID - CLOCK_SKEW, AMID),  # our own page
        (END + HOUR, None, END - 12, None),
        (END - HOUR, None, END + 12, None),
        (END - 5, None, END - 12, END - 5),
        (END + 5, None, END - 12, END + 5),
        (AMID, None, START + 5, AMID),  # the chain stands still within the vote
        (START + INSIDE, None, None, START + INSIDE),
        (START + INSIDE - 1, None, None, None),
        (END - INSIDE + 1, None, None, None),
    ],
)
def test_a_request_counts_at_the_time_that_two_clocks_say(
    host: Timestamp, said: Timestamp | None, head: Timestamp | None, counts: int | None
) -> None:
    assert moment(START, END, host=host, said=said, head=head) == counts


@pytest.mark.parametrize(
    ("grace", "skew"), [(GRACE - 1, CLOCK_SKEW), (GRACE + 1, CLOCK_SKEW), (GRACE, CLOCK_SKEW + 600)]
)
def test_the_grace_before_a_count_and_the_skew_of_clocks_are_two_things(
    monkeypatch: pytest.MonkeyPatch, grace: int, skew: int
) -> None:
    monkeypatch.setattr(bundle_checks, "GRACE", grace)
    monkeypatch.setattr(bundle_checks, "CLOCK_SKEW", skew)
    for ahead in (skew, skew + 1):
        block = replace(a_block(), timestamp=Timestamp(NOW - 30 + ahead))
        bundle = a_bundle(proposal=a_proposal(terms=some_terms(snapshot={CHAIN: block})))
        found = list(bundle_checks.check(bundle.content, read(bundle.content)))
        assert any("clock was ahead" in finding.detail for finding in found) == (ahead > skew)
        assert any(finding.state is State.FAILS and "after the end" in finding.detail for finding in found) == (
            grace > GRACE
        )
