"""The page of settings is what the bot knows: each one, what it is without being set, and what may be written."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import Settings, read_settings
from bot.settings.read import known_keys
from tests.docs.pages import NOW, Page, named

KEYS = {".".join("N" if part == "*" else part for part in key): field for key, field in known_keys().items()}
SECTIONS = {key.split(".")[0] for key in KEYS}


def _without(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    value = value.get_secret_value() if isinstance(value, SecretStr) else value
    return "nothing" if value in (None, "") else f"`{json.dumps(value)}`"


def test_every_setting_is_on_its_page_as_it_is_and_no_other() -> None:
    page = named("docs/settings.md")
    rows = re.findall(r"^\| `([a-zN_.]+)` \| (.+?) \| (.+) \|$", page.text, re.MULTILINE)
    assert {name: (without, words) for name, without, words in rows} == {
        name: (_without(field), field.description) for name, field in KEYS.items()
    }
    assert len(rows) == len(KEYS)


@pytest.mark.parametrize("page", NOW, ids=lambda page: page.name)
def test_settings_that_are_named_are_there(page: Page) -> None:
    for span in page.spans:
        if re.fullmatch(r"[a-z]+\.[a-z_N.]+", span) and span.split(".")[0] in SECTIONS and not span.endswith(".py"):
            assert span in KEYS or re.sub(r"^chains\.", "chains.N.", span) in KEYS, span
        for name in re.findall(r"FOLKMOOT_[A-Z0-9_]+[A-Z0-9]", span):
            parts = name.removeprefix("FOLKMOOT_").lower().split("__")
            assert ".".join("N" if part.isdigit() else part for part in parts) in KEYS, span
        section = re.fullmatch(r"\[([a-z]+)(?:\.\d+)?\](?: ([a-z_]+)(?: = .+)?)?", span)
        if section is not None:
            assert section[1] in SECTIONS, span
            assert section[2] is None or f"{section[1]}.{section[2]}" in KEYS, span


def _lines(page: Page) -> list[tuple[str, Any]]:
    """Settings that a page writes out within a sentence: the name, and the value."""
    found = []
    for span in page.spans:
        match = re.fullmatch(r"(?:\[[a-z]+\] )?([a-z_]+) = (.+)", span)
        if match is not None:
            found.append((match[1], tomllib.loads(f"it = {match[2]}")["it"]))
    return found


@pytest.mark.parametrize("page", NOW, ids=lambda page: page.name)
def test_settings_that_are_written_out_are_taken(page: Page) -> None:
    for name, value in _lines(page):
        (key,) = [key for key in KEYS if key.endswith(f".{name}")]
        section = key.split(".")[0]
        given = {name: value} if section != "chains" else {1: {"rpc_urls": "https://node.example", name: value}}
        Settings.model_validate({section: given})


def test_the_example_of_the_page_is_taken(tmp_path: Path) -> None:
    (text,) = [text for language, text in named("docs/settings.md").frames if language == "toml"]
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    settings = read_settings(path)
    assert settings.discord.token is not None
    assert len(settings.chains[1].rpc_urls) == 2
