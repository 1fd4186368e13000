"""Examples are run: what pages give as JSON is read by what would read it, and commands say what pages say."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.roles.role_rules import parse_tests
from tests.docs.pages import NOW, ROOT, Page, named

LANGUAGES = {"", "json", "toml", "sh", "mermaid"}
AN_ADDRESS = "0x" + "7a" * 20


def framed_json(page: Page) -> Iterator[str]:
    for language, text in page.frames:
        if language == "json" or text.lstrip().startswith(("{", "[{")):
            yield text


@pytest.mark.parametrize("page", NOW, ids=lambda page: page.name)
def test_frames_of_json_are_json(page: Page) -> None:
    for text in framed_json(page):
        json.loads(text)
    assert {language for language, _ in page.frames} <= LANGUAGES


def test_the_rule_of_roles_is_taken() -> None:
    (text,) = framed_json(named("docs/wallets.md"))
    asked = parse_tests(text.replace("0x…", AN_ADDRESS), None)
    assert [one.minimum for one in asked] == ["1,000", "1"]
    assert asked[1].strategies is not None
    assert [strategy.name for strategy in asked[1].strategies] == ["erc721"]


def test_the_commitment_is_what_the_page_says() -> None:
    page = named("docs/proof.md")
    (text,) = framed_json(page)
    assert canonical(json.loads(text)) == text.strip().encode()
    assert f"`{hashlib.sha256(text.strip().encode()).hexdigest()}`" in page.text


def test_the_poll_of_the_page_is_counted() -> None:
    (text,) = [text for _, text in named("docs/command-line.md").frames if text.startswith("echo ")]
    given = re.search(r"'(\{.*\})'", text)
    assert given is not None
    done = subprocess.run(
        [sys.executable, "-m", "bot", "tally", "-"],
        input=given[1],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    page = named("docs/command-line.md").text
    assert answer["outcome"]["verdict"] == "passed"
    for field in answer:
        assert f"`{field}`" in page, field
