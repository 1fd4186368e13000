"""Reads the settings; each problem is one line that says what is wrong and what to write instead."""

from __future__ import annotations

import os
import re
import tomllib
import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Container, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from bot.domain.shared.pasted_text import without_invisible
from bot.settings.model import Settings

PREFIX, NESTED = "FOLKMOOT_", "__"
DEFAULT_FILE = Path("config.toml")
ANY = "*"
"""Stands for a chain's number in a key."""

Key = tuple[str, ...]
_CURLY = re.compile("[\u2018-\u201f\u00ab\u00bb]")
_WRONG = {
    "missing": "is missing",
    "too_short": "is empty",
    "string_too_short": "is empty",
    "too_long": "holds too many",
    "string_too_long": "is too long",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "less_than": "is too large",
    "less_than_equal": "is too large",
}


class BadSettings(Exception):
    """Settings that cannot be used. `problems` has one line each: key, what is wrong, remedy; never a value."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class _Environment(BaseSettings, Settings):
    """The same settings, as pydantic-settings looks for them in the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter=NESTED, env_ignore_empty=True)


def read_settings(path: Path | None = None) -> Settings:
    """Read the file at `path` (None: config.toml here, if there is one), overridden by the environment.

    Raises:
        BadSettings: with every problem that was found.

    """
    if path is None and DEFAULT_FILE.exists():
        path = DEFAULT_FILE
    problems = _unknown_variables()
    written = _read_toml(path) if path else {}
    try:
        settings = Settings.model_validate(_seen(_merged(written, _environment(without=problems))))
    except ValidationError as error:
        for each in error.errors(include_url=False, include_context=False, include_input=False):
            key = tuple(str(step) for step in each["loc"] if step != "[key]")
            key = key[: len(_pattern(key))]
            name = variable(key) if variable(key) in _set_variables() else ".".join(_safe(step) for step in key)
            problems.setdefault(name, _problem(key, each["type"], each["msg"]))
    if problems:
        raise BadSettings([f"{name}: {problem}" for name, problem in problems.items()])
    return settings


def known_keys() -> dict[Key, FieldInfo]:
    """Return every setting by its key, such as `("chains", "*", "rpc_urls")`."""
    return dict(_leaves((), Settings))


def variable(key: Key) -> str:
    """Return the name of the environment variable that sets `key`."""
    return PREFIX + NESTED.join(key).upper()


def _leaves(above: Key, model: type[BaseModel]) -> Iterator[tuple[Key, FieldInfo]]:
    for name, field in model.model_fields.items():
        inner: object = field.annotation
        key = (*above, name)
        if get_origin(inner) is dict:
            key, inner = (*key, ANY), get_args(inner)[1]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _leaves(key, inner)
        else:
            yield key, field


def _pattern(key: Key) -> Key:
    return (key[0], ANY, *key[2:3]) if key[:1] == ("chains",) else key[:2]


def _read_toml(path: Path) -> dict[str, object]:
    text = ""
    try:
        text = _text(path.read_bytes())
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column \d+", str(error))
        line = text.split("\n")[int(place[1]) - 1] if place else text
        problem = f"is not TOML ({place[0] if place else 'at its end'}) — {_toml_remedy(line)}"
    except UnicodeError:
        problem = "is not UTF-8 text — save it as UTF-8"
    except FileNotFoundError:
        problem = "does not exist — copy config.example.toml to it and fill it in"
    except OSError as error:
        problem = f"cannot be read ({error.strerror}) — check the path and its permissions"
    raise BadSettings([f"{path}: {problem}"])


def _text(data: bytes) -> str:
    """Return what a file says: in UTF-8, or in UTF-16 where it begins with the mark of that. Raises UnicodeError."""
    encoding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"
    return data.decode(encoding).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _toml_remedy(line: str) -> str:
    """Say what to do about a line that is not TOML, by what is seen in it, or by what is not."""
    if _CURLY.search(line):
        return 'write straight quotes there ("), not curly ones'
    if line.lstrip().startswith("```"):
        return "take the ``` away, which frames code only elsewhere"
    if any(sign == "\u00a0" or (unicodedata.category(sign) in ("Cf", "Zs") and sign != " ") for sign in line):
        return "type that line anew: it holds signs that are not seen, as copied text may"
    return "put text in quotes and lists in [ ]"


def _seen(value: object) -> object:
    """Return a value whose texts have no invisible characters, which come along when text is copied."""
    if isinstance(value, str):
        return without_invisible(value)
    if isinstance(value, Mapping):
        return {name: _seen(each) for name, each in value.items()}
    return [_seen(each) for each in value] if isinstance(value, list) else value


def _environment(*, without: Container[str]) -> dict[str, object]:
    source = EnvSettingsSource(_Environment)
    source.env_vars = {name: value for name, value in source.env_vars.items() if name.upper() not in without}
    return source()


def _merged(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        merged[name] = _merged(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _set_variables() -> list[str]:
    return sorted(name.upper() for name, value in os.environ.items() if name.upper().startswith(PREFIX) and value)


def _unknown_variables() -> dict[str, str]:
    known, problems = known_keys(), {}
    for name in _set_variables():
        key = tuple(name.removeprefix(PREFIX).lower().split(NESTED))
        if _pattern(key) in known and len(_pattern(key)) == len(key):
            continue
        number = next((step for step in re.split("_+", name) if step.isdigit()), "1")
        names = [variable(tuple(number if step == ANY else step for step in each)) for each in known]
        near = [each for each in names if each.startswith(name + NESTED)] or get_close_matches(name, names, cutoff=0.8)
        remedy = f"did you mean {near[0]}?" if near else "remove it from the environment"
        problems[name] = f"is no setting — {remedy}"
    return problems


def _problem(key: Key, kind: str, message: str) -> str:
    """Say what is wrong with `key` and what to write, from facts that cannot hold a value."""
    known = known_keys()
    field = known.get(_pattern(key))
    if kind == "extra_forbidden":
        above = _pattern(key)[: len(key) - 1]
        siblings = sorted({each[len(above)] for each in known if each[: len(above)] == above})
        near = get_close_matches(key[-1], siblings, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"remove it; known here: {', '.join(siblings)}"
        return f"is no setting — {remedy}"
    if field is not None:
        wrong = message.removeprefix("Value error, ") if kind == "value_error" else _WRONG.get(kind, "does not fit")
        return f"{wrong} — write {field.description}"
    if key[0] == "chains" and len(key) > 1 and not key[1].isdigit():
        return "is not a chain's number — write its EIP-155 chain id, such as [chains.1]"
    return f"is not a section — write it as [{'.'.join(_safe(step) for step in key)}], with its settings below"


def _safe(step: str) -> str:
    return step if re.fullmatch(r"[A-Za-z0-9_-]{1,32}", step) else "…"
