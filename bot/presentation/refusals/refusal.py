"""The content of a refusal on any surface: what happened, and the next step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar

from bot.presentation.catalogue.messages import gettext as _

Kind = TypeVar("Kind")
Quote = Callable[[str], str]
"""Escapes words that are not ours for a surface, so that they are shown as they were typed."""


class Refusal(NamedTuple):
    """A sentence with a full stop, and the next step: a clause in lower case that also ends with a full stop."""

    what: str
    step: str

    @property
    def next_step(self) -> str:
        """The next step as a sentence of its own."""
        return f"{self.step[:1].upper()}{self.step[1:]}"

    @property
    def sentences(self) -> str:
        """Both sentences, one after the other."""
        return f"{self.what} {self.next_step}"


Texts = tuple[str, str]
"""A sentence and the next step as keys of the catalogue; `{field}` is the name of the wrong field."""


def told(texts: Mapping[Kind, Texts], kind: Kind, field: str) -> Refusal:
    """Return a table's sentence for a kind that has no facts besides its field."""
    what, step = texts[kind]
    return Refusal(_(what, field=field), _(step))


def series(items: Sequence[str], last: Literal["and", "or"]) -> str:
    """Return `a, b and c` or `a, b or c`; empty if there is nothing to list.

    It needs no package that only the bot installs, because the commands that check results use it too.
    """
    if len(items) < 2:  # noqa: PLR2004 - a list
        return "".join(items)
    before, end = ", ".join(items[:-1]), items[-1]
    if last == "or":
        return _("{items} or {last}", items=before, last=end)
    return _("{items} and {last}", items=before, last=end)
