"""What changed between two texts, as lines that Discord colours: `-` before what is gone, `+` before what is new."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from bot.domain.proposals.proposal import Version
from bot.presentation.catalogue.messages import gettext as _

_AROUND = 1
"""Unchanged lines that are shown around a change."""
_CONTEXT = 5
"""Unchanged words that are shown around a change within a line."""
_LONG = 60
"""Signs from which a line is shown in excerpts, where most of it stays."""
_MOST = 200
"""Lines, or words, that are compared one by one; of more, all are shown as gone and new."""
_ALIKE = 0.5
_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]+\s*|\s+")
"""A word with the space after it; scripts without spaces are compared sign by sign."""
Step = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]
"""A kind, and the places in the old and in the new list that it is about."""
_SHOWN = "\t\u200c\u200d\u3000"
"""What looks like nothing but is needed: tabs, the joiners of scripts and emoji, the wide space."""


def changes(before: Version, after: Version) -> str:
    """Return all that differs, part by part; nothing where nothing does."""
    parts = (
        (_("Title"), before.text.title, after.text.title),
        (_("Summary"), before.text.summary, after.text.summary),
        (_("Proposal"), before.text.body, after.text.body),
        (_("Discussion"), before.text.discussion, after.text.discussion),
        (_("Choices"), _numbered(before.choices), _numbered(after.choices)),
    )
    return "\n".join(
        line for name, old, new in parts if old != new for line in (f"@@ {name} @@", *_lines(_seen(old), _seen(new)))
    )


def _numbered(choices: Sequence[str]) -> str:
    return "\n".join(f"{number}. {label}" for number, label in enumerate(choices, start=1))


def _lines(before: str, after: str) -> Iterator[str]:
    old, new = before.split("\n") if before else [], after.split("\n") if after else []
    for group in _groups(_compared(old, new), _AROUND):
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                yield from (f"  {line}" for line in old[i1:i2])
            elif kind == "replace" and i2 - i1 == j2 - j1:
                for one, other in zip(old[i1:i2], new[j1:j2], strict=True):
                    yield from _words(one, other)
            else:
                yield from (f"- {line}" for line in old[i1:i2])
                yield from (f"+ {line}" for line in new[j1:j2])


def _words(before: str, after: str) -> Iterator[str]:
    """Show a line that became another: in excerpts around the words that changed, where most of it stayed."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    steps = _compared(old, new)
    same = sum(len("".join(old[i1:i2])) for kind, i1, i2, _j1, _j2 in steps if kind == "equal")
    if max(len(before), len(after)) <= _LONG or same < _ALIKE * max(len(before), len(after)):
        yield from (f"- {before}", f"+ {after}")
        return
    for group in _groups(steps, _CONTEXT):
        _kind, i1, _i2, j1, _j2 = group[0]
        _kind, _i1, i2, _j1, j2 = group[-1]
        yield f"- {_excerpt(old, i1, i2)}"
        yield f"+ {_excerpt(new, j1, j2)}"


def _excerpt(words: Sequence[str], start: int, end: int) -> str:
    text = "".join(words[start:end]).rstrip()
    return f"{'… ' if start else ''}{text}{' …' if end < len(words) else ''}"


def _groups(steps: list[Step], around: int) -> list[list[Step]]:
    """Return the changes with what is around them, those that are near each other together."""
    groups: list[list[Step]] = [[]]
    for step in steps:
        kind, i1, i2, j1, j2 = step
        if kind != "equal" or (groups[-1] and i2 - i1 <= 2 * around):
            groups[-1].append(step)
            continue
        if groups[-1]:
            groups[-1].append(("equal", i1, i1 + around, j1, j1 + around))
        before = min(around, i2 - i1)
        groups.append([("equal", i2 - before, i2, j2 - before, j2)])
    return [group for group in groups if any(kind != "equal" for kind, *_places in group)]


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    """Return how one list becomes the other; what both begin and end with is taken off first."""
    least = min(len(old), len(new))
    head = next((at for at in range(least) if old[at] != new[at]), least)
    tail = next((at for at in range(least - head) if old[-1 - at] != new[-1 - at]), least - head)
    one, other = old[head : len(old) - tail], new[head : len(new) - tail]
    found: list[Step] = [("equal", 0, head, 0, head)] if head else []
    if max(len(one), len(other)) > _MOST:
        found.append(("replace", head, head + len(one), head, head + len(other)))
    else:
        inner = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
        found += [(kind, i1 + head, i2 + head, j1 + head, j2 + head) for kind, i1, i2, j1, j2 in inner]
    if tail:
        found.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return found


def _seen(text: str) -> str:
    """Show what can't be seen by its number, and backticks, which would end the frame, as their look-alikes."""
    return "".join(_sign(sign) for sign in text).replace("`", "\u02cb")


def _sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign in _SHOWN or sign in "\n " or category not in ("Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"):
        return sign
    return f"⟨U+{ord(sign):04X}⟩"
