"""Sentences with named facts in them, in the current language.

The English sentence is the key of its translation, as is usual with gettext. Facts are named in braces and passed in as
they are to be shown: `gettext("{wallets} voted.", wallets=...)`. Only the sentence is formatted, never a fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Final

ENGLISH: Final = "en"


@dataclass(frozen=True)
class Language:
    """A language: its code as Babel knows it (`de`, `pt_BR`), and the catalogue of its sentences."""

    code: str
    sentences: NullTranslations


_ENGLISH = Language(ENGLISH, NullTranslations())
_spoken: ContextVar[Language] = ContextVar("spoken", default=_ENGLISH)


def spoken() -> Language:
    """Return the current language: the one set by `speaking`, else English."""
    return _spoken.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Set the current language within this block, for this task and the tasks that it starts."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def gettext(message: str, /, **facts: object) -> str:
    """Return a sentence in the current language, with its facts filled in.

    Raises:
        KeyError: the sentence names a fact that is not given.

    """
    return _filled(_spoken.get().sentences.gettext(message), facts)


def ngettext(one: str, many: str, number: int, /, **facts: object) -> str:
    """Return the form of a sentence that fits `number`, which it may show as `{number}`, with thousands separated.

    Raises:
        KeyError: the sentence names a fact that is not given.

    """
    return _filled(_spoken.get().sentences.ngettext(one, many, number), {"number": whole(number), **facts})


def whole(number: int) -> str:
    """Write a whole number with its thousands separated, the same in every language, as amounts are: `1,204`."""
    return f"{number:,}"


def N_(message: str) -> str:  # noqa: N802 - the name under which every tool for gettext knows it
    """Mark a sentence in a table for translators; whoever shows it passes it to `gettext`."""
    return message


def _filled(sentence: str, facts: dict[str, object]) -> str:
    return sentence.format_map(facts) if facts or "{" in sentence else sentence
