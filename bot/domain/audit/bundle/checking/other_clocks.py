"""Entries that are in time only by their own word, because clocks differed or one was put back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.audit.bundle.checking.findings import Finding, unchecked
from bot.domain.audit.bundle.checking.log_of_proposal import SLACK, Cast, Logged
from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.audit.log.entry_kinds import Kind


def by_other_clocks(contents: Contents, casts: Sequence[Cast], logged: Logged) -> Iterator[Finding]:
    """Yield what comes after an entry with a later time, and so was in time only by what its own entry says."""
    end = contents.proposal.terms.end if contents.proposal.terms else 0
    others = [press for press in logged.presses if press.seq not in {cast.seq for cast in casts}]
    for check, places in (("log and ballots", [*casts, *others]), ("log and recusals", [*logged.out.values()])):
        if fast := [place for place in places if place.dated_after(end) and not place.late(end)]:
            clock = f"by entry {fast[0].seq} the machine's clock was {fast[0].ahead:,} s ahead of Discord's"
            yield unchecked(check, f"that {len(fast):,} came before the end, of which entries before say: {clock}")
    for step in logged.steps:
        if step.kind == Kind.SUBMITTED and (apart := step.behind - step.at) > SLACK:
            why = "as where a clock was put back, or the submission dated back"
            before = f"an entry before says {apart:,} s later, {why}"
            yield unchecked("log and proposal", f"when it was submitted, entry {step.seq}: {before}")
