"""The picture of a result in words, for people who cannot see it."""

from __future__ import annotations

from typing import Final

from bot.presentation.catalogue.messages import ngettext
from bot.presentation.markdown.safe_text import cut, isolated, visible
from bot.presentation.pictures.result_picture import Bar, ResultPicture

MOST: Final = 256
"""The most characters that discord.py takes as the description of a picture."""
_ROOMS: Final = ((80, 100, 60), (40, 60, 40), (24, 40, 28), (12, 40, 28))
"""Characters of a label, of a phrase (verdict, threshold, quorum) and of a figure.

The first that lets all choices be named is used; with the last two, choices that do not fit are counted instead.
"""


def result_alt(picture: ResultPicture) -> str:
    """Return what a picture shows in at most `MOST` characters: verdict, leader, then the choices that fit."""
    bars = sorted(picture.bars, key=lambda bar: (not bar.won, -bar.share))
    attempts = [(len(bars), room) for room in _ROOMS]
    attempts += [(shown, room) for room in _ROOMS[-2:] for shown in range(len(bars) - 1, 0, -1)]
    for shown, room in attempts:
        text = _described(picture, bars, shown, room)
        if _size(text) <= MOST:
            return text
    return cut(text, MOST // 2)


def _described(picture: ResultPicture, bars: list[Bar], shown: int, room: tuple[int, int, int]) -> str:
    label, phrase, figure = room
    choices = [_choice(bar, picture.wins, label, figure) for bar in bars[:shown]]
    if left := len(bars) - shown:
        choices.append(ngettext("{number} more choice", "{number} more choices", left))
    said = [_phrase(picture.verdict, phrase), "; ".join(choices)]
    said += [_phrase(words, phrase) for words in (picture.threshold_words, picture.quorum_words)]
    return " ".join(text if text.endswith("…") else f"{text}." for text in said if text)


def _choice(bar: Bar, wins: str, label: int, figure: int) -> str:
    name = isolated(cut(visible(bar.label).strip(), label)) or bar.key
    said = [f"{name} {_phrase(bar.figure, figure)}".strip()]
    said += [_phrase(wins, figure)] if bar.won else []
    said += [_phrase(bar.out, figure)] if bar.out else []
    return ", ".join(said)


def _phrase(text: str, room: int) -> str:
    return cut(visible(text).strip().rstrip("."), room)


def _size(text: str) -> int:
    """Return the length as Discord may count it: a character beyond Unicode's first plane counts as two."""
    return len(text.encode("utf-16-le")) // 2
