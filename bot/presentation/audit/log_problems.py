"""What does not agree between the log and what is stored, in words: for cards and the command line alike."""

from __future__ import annotations

from typing import assert_never

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
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _

_CHAIN = {
    ChainFlaw.MISSING: N_("entry {seq}: it is missing: the next one is number {number}"),
    ChainFlaw.WRONG_HASH: N_("entry {seq}: its hash is not that of its content after the entry before it"),
    ChainFlaw.WRONG_NUMBER: N_("entry {seq}: it says that it is number {number}"),
}
_ENTRIES = {
    EntryFlaw.NOT_AS_POSTED: N_("entry {seq} is not the one whose hash was posted"),
    EntryFlaw.GONE: N_("entry {seq} is missing, whose hash was posted"),
    EntryFlaw.NAMES_NOBODY_KNOWN: N_("entry {seq} names a person whose salt is gone, and who was not forgotten"),
}
_ROWS = {
    RowFlaw.UNTOLD: N_("{row} is stored, and no entry says so"),
    RowFlaw.TOLD_GONE: N_("{row} is stored, and entry {seq} says that it is gone"),
    RowFlaw.CHANGED: N_("{row} is not as entry {seq} says"),
    RowFlaw.GONE: N_("{row} is stored no more, and entry {seq} says that it is"),
}
_BALLOTS = {
    BallotFlaw.UNTOLD: N_("{ballot} is stored, and no entry says that it was cast"),
    BallotFlaw.CHANGED: N_("{ballot} is not the one of entry {seq}"),
    BallotFlaw.SIGNATURE: N_("the signature on {ballot} is not as entry {seq} says"),
    BallotFlaw.POWER: N_("the power in {ballot} is not as entry {seq} says"),
    BallotFlaw.COUNTS: N_("{ballot} counts, and no entry says so"),
    BallotFlaw.COUNTS_NO_MORE: N_("{ballot} counts no more, and no entry says so"),
    BallotFlaw.GONE: N_("{ballot} of entry {seq} is stored no more"),
}
_PEOPLE = {
    Person.MEMBER: N_("the member in {ballot} is not the person of entry {seq}"),
    Person.DELEGATE: N_("the delegate in {ballot} is not the person of entry {seq}"),
}


def log_problem_words(problem: Problem) -> str:  # noqa: PLR0911 - one a kind
    """Say what does not agree, without a full stop."""
    match problem:
        case Break(seq=seq, flaw=flaw, number=number):
            return _(_CHAIN[flaw], seq=seq, number=number)
        case EntryProblem(seq=seq, flaw=flaw):
            return _(_ENTRIES[flaw], seq=seq)
        case HashUnknown(hash=unknown):
            return _("no entry has the hash {hash}: the log was written anew since, or is another", hash=unknown)
        case RowProblem(seq=seq, flaw=flaw, row=row):
            return _(_ROWS[flaw], row=row, seq=seq)
        case RowPersonProblem(seq=seq, row=row, column=column):
            return _("{column} of {row} is not the person of entry {seq}", column=column, row=row, seq=seq)
        case BallotProblem(seq=seq, flaw=flaw, wallet=wallet, proposal=proposal):
            return _(_BALLOTS[flaw], ballot=_ballot(wallet, proposal), seq=seq)
        case BallotPersonProblem(seq=seq, person=person, wallet=wallet, proposal=proposal):
            return _(_PEOPLE[person], ballot=_ballot(wallet, proposal), seq=seq)
        case _:
            assert_never(problem)


def _ballot(wallet: str, proposal: int) -> str:
    return _("the ballot of {wallet} on proposal #{number}", wallet=wallet, number=proposal)
