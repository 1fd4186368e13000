"""Discord's messages as plain text, and a transcript whose claims are checked while it is printed."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

import discord

from bot.demo.story.message_texts import texts
from bot.domain.shared.types import Timestamp

WIDTH = 96
_TIME = re.compile(r"<t:(\d+)(?::([a-zA-Z]))?>")
_MENTION = re.compile(r"<(@[!&]?|#)(\d+)>")
_LINK = re.compile(r"\[([^\]]+)\]\(<?https?://[^)]+\)")
_COMMAND = re.compile(r"</([\w -]+):\d+>")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SPANS = (
    (365 * 86_400, "year"),
    (30 * 86_400, "month"),
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
    (1, "second"),
)


class StoryBroken(AssertionError):
    """Something that the story promises did not hold."""


class Transcript:
    """Prints a story: headings, what members do, what they see, and what was checked.

    `name_of` gives the name of a member, role or channel by id; relative times are counted from `now`.
    """

    def __init__(
        self, *, now: Callable[[], Timestamp], name_of: Callable[[int], str], out: TextIO | None = None
    ) -> None:
        self._now, self._name_of, self._out = now, name_of, out or sys.stdout
        self.checked = 0

    def heading(self, text: str) -> None:
        """Begin a chapter."""
        self._line(f"\n━━ {text} " + "━" * max(0, WIDTH - len(text) - 4))

    def act(self, who: str, what: str) -> None:
        """Print what somebody does."""
        self._line(f"\n{who} ▸ {what}")

    def note(self, text: str, *, gap: bool = True) -> None:
        """Print what happens."""
        self._line(("\n" if gap else "") + textwrap.fill(text, WIDTH, drop_whitespace=gap))

    def check(self, promise: str, *, holds: bool) -> None:
        """Print that a promise holds. Raises StoryBroken if it does not."""
        if not holds:
            self._line(f"  ✗ {promise}")
            raise StoryBroken(promise)
        self.checked += 1
        self._line(f"  ✓ {promise}")

    def show(self, place: str, message: Any) -> None:  # noqa: ANN401 - a message, or the answer to an interaction
        """Print a message as members see it, in a frame."""
        self._line(f"  ╭─ {place}")
        for line in self._message(message):
            self._line(f"  │ {line}".rstrip())
        self._line("  ╰─")

    def output(self, command: str, lines: Sequence[str]) -> None:
        """Print the output of a program."""
        self._line(f"  ╭─ {command}")
        for line in lines:
            for part in textwrap.wrap(line, WIDTH - 6, subsequent_indent=" " * 13, drop_whitespace=True) or [""]:
                self._line(f"  │ {part}".rstrip())
        self._line("  ╰─")

    def _message(self, message: Any) -> list[str]:  # noqa: ANN401
        lines = self._text(message.content) if message.content else []
        for embed in message.embeds:
            lines += self._embed(embed)
        for text in texts(message.components):
            lines += [*([""] if lines else []), *self._text(text)]
        if attached := [str(file.description or file.filename) for file in message.attachments]:
            lines += [line for alt in attached for line in self._text(f"▦ {alt}")]
        if controls := _controls(message.components):
            lines += ["", *controls]
        return lines

    def _embed(self, embed: discord.Embed) -> list[str]:
        lines = self._text(f"◆ {embed.title}" if embed.title else "")
        lines += self._text(embed.description or "")
        for field in embed.fields:
            name = "" if field.name in (None, "\u200b") else f"{self._plain(str(field.name))}"
            value = self._text(str(field.value))
            if field.inline and len(value) == 1 and len(name) + len(value[0]) < WIDTH - 8:
                lines.append(f"{name}: {value[0]}" if name else value[0])
            else:
                lines += ["", *([name + ":"] if name else []), *("  " + line for line in value)]
        if embed.footer.text:
            lines += ["", *self._text(embed.footer.text)]
        return lines

    def _text(self, text: str) -> list[str]:
        lines: list[str] = []
        for line in self._plain(text).splitlines():
            hang = "  " if line.startswith(("- ", "• ", "◆ ")) else ""
            lines += textwrap.wrap(line, WIDTH - 6, subsequent_indent=hang) or [""]
        return lines

    def _plain(self, text: str) -> str:
        text = _TIME.sub(lambda found: self._time(Timestamp(int(found[1])), found[2] or "f"), text)
        text = _MENTION.sub(lambda found: found[1][0] + self._name_of(int(found[2])), text)
        text = _COMMAND.sub(r"/\1", _LINK.sub(r"\1", text))
        text = re.sub(r"(?<!\\)(\*\*|__|`+)", "", text)
        text = re.sub(r"(?m)^(-# |#{1,3} |> )", "", text)
        return _ESCAPE.sub(r"\1", text)

    def _time(self, moment: Timestamp, style: str) -> str:
        if style == "R":
            return self._relative(moment - self._now())
        forms = {"d": "%d %b %Y", "D": "%d %b %Y", "t": "%H:%M", "T": "%H:%M:%S"}
        return datetime.fromtimestamp(moment, UTC).strftime(forms.get(style, "%d %b %Y, %H:%M"))

    def _relative(self, seconds: int) -> str:
        for span, name in _SPANS:
            if abs(seconds) >= span:
                count = round(abs(seconds) / span)
                words = f"{count} {name}{'s' if count > 1 else ''}"
                return f"in {words}" if seconds > 0 else f"{words} ago"
        return "now"

    def _line(self, text: str) -> None:
        print(text, file=self._out)


def _controls(components: Sequence[Any]) -> list[str]:
    """Return the buttons and selects of a message as text, one line for each row."""
    lines = []
    for component in components:
        part = component if isinstance(component, Mapping) else component.to_dict()
        within = part.get("components", ())
        lines.append(" ".join(filter(None, map(_control, within))))
        lines += _controls(within)
    return [line for line in lines if line]


def _control(part: Mapping[str, Any]) -> str:
    if "options" in part:
        return "[ " + str(part.get("placeholder") or "choose") + " ▾ ]"
    label = f"[ {part['label']} ]" if part.get("label") else ""
    return f"{label} (off)" if part.get("disabled") and label else label
