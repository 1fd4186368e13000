"""The ballots of a bundle as a CSV table, safe against spreadsheets that run formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.shared.types import Units
from bot.domain.voting.ballot import Ballot

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Characters that start a formula in a spreadsheet; the last four are full-width forms of the first ones."""


def table(contents: Contents) -> bytes:
    """Return the ballots as CSV (RFC 4180), one row each, amounts exact in whole tokens."""
    terms, choices = contents.proposal.terms, contents.proposal.choices
    if terms is None:
        raise ValueError("a bundle's proposal has terms")
    names = [f"power by {strategy.name} on chain {strategy.network}" for strategy in terms.strategies]
    text = io.StringIO()
    rows = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    head = [
        "wallet",
        "mark",
        "choice",
        f"power in {terms.symbol}",
        *names,
        "cast at",
        "by a delegate",
        "signed",
        "receipt",
    ]
    rows.writerow(_cells(head))
    for ballot, via in zip(contents.ballots, contents.via, strict=True):
        rows.writerow(
            _cells(
                [
                    ballot.wallet,
                    *_mark(ballot, choices),
                    _amount(ballot.power, terms.scale),
                    *(_amount(score, terms.scale) for score in ballot.scores),
                    datetime.fromtimestamp(ballot.cast_at, UTC).isoformat(),
                    "no" if via is None else "yes",
                    "yes" if ballot.signed else "no",
                    ballot.receipt,
                ]
            )
        )
    return text.getvalue().encode()


def _mark(ballot: Ballot, choices: tuple[str, ...]) -> tuple[str, str]:
    """Return a mark in numbers, with the choice's label if it is a single one."""
    if isinstance(ballot.mark, int):
        return str(ballot.mark), choices[ballot.mark - 1]
    return " ".join(map(str, ballot.mark)), ""


def _amount(units: Units, scale: int) -> str:
    whole, rest = divmod(units, 10**scale)
    places = f"{rest:0{scale}d}".rstrip("0") if scale else ""
    return f"{whole}.{places}" if places else str(whole)


def _cells(cells: Iterable[str]) -> list[str]:
    """Return the cells, with a quote in front of each that a spreadsheet would take for a formula."""
    return [f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(_FORMULA) else cell for cell in cells]
