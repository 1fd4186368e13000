"""The forms of sentences, as docs/proof.md has them: what the first column of its tables says, and the words."""

from __future__ import annotations

import re
from pathlib import Path

PROOF = (Path(__file__).parents[2] / "docs" / "proof.md").read_text()
_ROW = re.compile(r"^\| (?P<when>[^|]+) \| `(?P<words>[^`]+)` \|$", re.MULTILINE)
SENTENCES = PROOF[PROOF.index("### The sentence of a result") :]


def read_forms() -> dict[str, str]:
    rows = [(row["when"], row["words"]) for row in _ROW.finditer(SENTENCES)]
    forms = dict(rows)
    assert len(forms) == len(rows), "a form stands on the page twice"
    return forms


class Forms:
    """Fills in the page's forms, and remembers which ones it needed."""

    def __init__(self) -> None:
        self._forms = read_forms()
        self.used: set[str] = set()

    def __call__(self, when: str, **values: object) -> str:
        self.used.add(when)
        return self._forms[when].format(**values)

    @property
    def unused(self) -> set[str]:
        return self._forms.keys() - self.used
