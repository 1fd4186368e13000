"""A language that nobody speaks: every sentence of the catalogue is in brackets and accents, its facts as they are."""

from __future__ import annotations

import re
from gettext import NullTranslations

from bot.presentation.catalogue.messages import Language
from tests.presentation.catalogue.command_names import COMMAND

_KEPT = re.compile(rf"({{[^}}]*}}|<[^>]*>|\]\([^)]*\)|`[^`]*`|{COMMAND})")
"""Facts, markup, addresses, code and commands stay as they are."""
_ACCENTS = str.maketrans("aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ")


class Pseudo(NullTranslations):
    """Translates by rule."""

    def gettext(self, message: str) -> str:
        """Return the sentence in brackets, its vowels with accents."""
        return f"⟦{pseudo(message)}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form that English takes, in brackets and accents."""
        return self.gettext(msgid1 if n == 1 else msgid2)


def pseudo(message: str) -> str:
    """Return a text with accents on its vowels."""
    parts = _KEPT.split(message)
    return "".join(part if at % 2 else part.translate(_ACCENTS) for at, part in enumerate(parts))


PSEUDO = Language("ja", Pseudo())
"""Its lists are written as in Japanese, without letters of ours, so that no "and" passes for a sentence."""
