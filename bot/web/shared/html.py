"""Pages from files with placeholders: whatever is filled in is escaped or cleaned, as there is no other way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from bot.presentation.catalogue.messages import spoken
from bot.presentation.markdown.page_html import for_page

_PLACE = re.compile(r"\$\{?(\w+)\}?")
_TAG = re.compile(r"<[^>]*>")
_QUOTED = re.compile(r'"[^"]*"')
_ADDRESS = re.compile(r'\b(?:href|src|action|formaction|data|poster)="\$\{?(\w+)')
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn")
_KEPT = "\n\t\u200c\u200d"
"""Signs among those that scripts, emoji and lines need."""
_SAFE_ADDRESS = re.compile(r"(?:https?:/)?/[^/\\\s][^\\\s]*|/")


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that may be sent as it is. Made by `Fragment`, `join`, `sentence` and `prose` alone."""

    text: str


NOTHING = Html("")


def join(parts: Iterable[Html]) -> Html:
    """Put markup one after the other."""
    return Html("".join(part.text for part in parts))


def prose(text: str) -> Html:
    """Return what a member wrote, in the part of Markdown that is shown."""
    return Html(for_page(text))


def sentence(message: str, /, **facts: str | int | Html) -> Html:
    """Return a sentence of the catalogue in the current language, with facts of which some are markup.

    Raises:
        KeyError: the sentence names a fact that is not given.

    """
    told = escape(spoken().sentences.gettext(message), quote=True)
    return Html(told.format_map({name: _written(value) for name, value in facts.items()}))


class Fragment:
    """A file of markup with places such as `$name`, in text or inside the double quotes of an attribute.

    Raises:
        ValueError: a place stands where escaping would not make it safe.

    """

    def __init__(self, name: str, source: str) -> None:
        self._name, self._template = name, Template(source)
        self._places = frozenset(self._template.get_identifiers())
        self._addresses = frozenset(_ADDRESS.findall(source))
        tags = _TAG.findall(source)
        self._attributes = frozenset(place for tag in tags for place in _PLACE.findall(tag))
        if not self._template.is_valid() or any("$" in _QUOTED.sub("", tag) for tag in tags):
            raise ValueError(f"{name}: a place in a tag stands outside of double quotes")
        if re.search(r"<(script|style)\b[^>]*>\s*[^<\s]", source) or re.search(r'\s(on\w+|style)="', source):
            raise ValueError(f"{name}: scripts and styles belong into files of their own")

    def fill(self, **values: str | int | Html) -> Html:
        """Return the markup with every place filled in: text is escaped, markup is taken as it is.

        Raises:
            ValueError: places and values do not match, markup would stand in an attribute, or a value
                for an address is not an address of the web.

        """
        if values.keys() != self._places:
            raise ValueError(f"{self._name}: {sorted(values.keys() ^ self._places)} are not in both")
        if any(isinstance(values[name], Html) for name in self._attributes):
            raise ValueError(f"{self._name}: markup stands in an attribute")
        for name in self._addresses:
            if not isinstance(values[name], str) or not _SAFE_ADDRESS.fullmatch(str(values[name])):
                raise ValueError(f"{self._name}: {name} is no address")
        return Html(self._template.substitute({name: _written(value) for name, value in values.items()}))


@cache
def fragment(name: str) -> Fragment:
    """Return the file `name` among the pages."""
    return Fragment(name, files("bot.web").joinpath("pages", name).read_text(encoding="utf-8"))


def visible_text(text: str) -> str:
    """Return a text without signs that hide or reverse what is around them; lines stay lines."""
    if text.isprintable():  # none of those signs is
        return text
    return "".join(sign for sign in text if sign in _KEPT or unicodedata.category(sign) not in _HIDDEN)


def _written(value: str | int | Html) -> str:
    return value.text if isinstance(value, Html) else escape(visible_text(str(value)), quote=True)
