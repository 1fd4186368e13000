"""What the picture of a result shows, in words, for those who do not see it."""

from __future__ import annotations

from typing import Final

from bot.presentation.catalogue.messages import ngettext
from bot.presentation.markdown.safe_text import cut, isolated, visible
from bot.presentation.pictures.result_picture import Bar, ResultPicture

MOST: Final = 256
"""Signs that discord.py takes as the description of a picture."""
_PHRASE: Final = 44
"""Signs of a verdict, of a figure, or of what is said on threshold and quorum; what we write ourselves is shorter."""
_LABELS: Final = (80, 40, 20, 10)
"""Signs of a label, the most that let all choices be named; if the least do not, some choices are only counted."""


def result_alt(picture: ResultPicture) -> str:
    """Say in at most `MOST` signs what a picture shows: verdict, leader, the other choices as far as they fit."""
    bars = sorted(picture.bars, key=lambda bar: (not bar.won, -bar.share))
    for room in _LABELS:
        text = _described(picture, bars, len(bars), room)
        if _size(text) <= MOST:
            return text
    for shown in range(len(bars) - 1, 0, -1):
        text = _described(picture, bars, shown, _LABELS[-1])
        if _size(text) <= MOST:
            return text
    return cut(_described(picture, bars, 1, _LABELS[-1]), MOST // 2)


def _described(picture: ResultPicture, bars: list[Bar], shown: int, room: int) -> str:
    named = [_choice(bar, picture.wins, room) for bar in bars[:shown]]
    if left := len(bars) - shown:
        named.append(ngettext("{number} more choice", "{number} more choices", left))
    said = (picture.verdict, "; ".join(named), picture.threshold_words, picture.quorum_words)
    return " ".join(f"{_phrase(text)}." if text is not said[1] else f"{text}." for text in said if text)


def _choice(bar: Bar, wins: str, room: int) -> str:
    label = isolated(cut(visible(bar.label).strip(), room)) or bar.key
    said = [f"{label} {_phrase(bar.figure)}".strip()]
    said += [_phrase(wins)] if bar.won else []
    said += [_phrase(bar.out)] if bar.out else []
    return ", ".join(said)


def _phrase(text: str) -> str:
    return cut(visible(text).strip().rstrip("."), _PHRASE)


def _size(text: str) -> int:
    """Count as Discord might: a sign beyond Unicode's first plane is two."""
    return len(text.encode("utf-16-le")) // 2
