"""What a refusal says, whatever shows it: what happened, and the next step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar

from bot.presentation.catalogue.messages import gettext as _

Kind = TypeVar("Kind")
Quote = Callable[[str], str]
"""Makes words that are not ours safe for a surface, as they were typed."""


class Refusal(NamedTuple):
    """A sentence with a full stop, and the next step: a clause that begins small, with a full stop as well."""

    what: str
    step: str

    @property
    def next_step(self) -> str:
        """The next step as a sentence of its own."""
        return f"{self.step[:1].upper()}{self.step[1:]}"

    @property
    def sentences(self) -> str:
        """Both, one after the other."""
        return f"{self.what} {self.next_step}"


Texts = tuple[str, str]
"""The same as keys of the catalogue, in which `{field}` is what is wrong."""


def told(texts: Mapping[Kind, Texts], kind: Kind, field: str) -> Refusal:
    """Return what a table says of a kind that has no facts besides its field."""
    what, step = texts[kind]
    return Refusal(_(what, field=field), _(step))


def series(items: Sequence[str], last: Literal["and", "or"]) -> str:
    """Write `a, b and c` or `a, b or c`; nothing of nothing.

    Without what only the bot itself has installed: the commands that check results say refusals, too.
    """
    if len(items) < 2:  # noqa: PLR2004 - a list
        return "".join(items)
    before, end = ", ".join(items[:-1]), items[-1]
    if last == "or":
        return _("{items} or {last}", items=before, last=end)
    return _("{items} and {last}", items=before, last=end)
