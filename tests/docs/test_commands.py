"""What pages say to type can be typed: commands in Discord, `folkmoot`, and `make`."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator

import pytest
from discord import app_commands

from bot.__main__ import _parser
from bot.demo.page.demo_commands import Demo
from tests.docs.pages import NOW, ROOT, Page, code_in, named
from tests.presentation.catalogue.command_names import COMMANDS

SHOWN = {f"/demo {command.name}": command for command in Demo.__cog_app_commands__} | COMMANDS
GROUPS = {name.split(" ")[0] for name in SHOWN if " " in name}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
MAKE = re.compile(r"make (?P<target>[a-z]+)(?: ARGS=(?P<arguments>\S+))?")
WORDS = re.compile(r"/[a-z]+(?: [a-z]+)?")


def parsers(
    parser: argparse.ArgumentParser, name: str = "folkmoot"
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Each command of the command line with its help, those within commands too."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: str(choice.help) for choice in action._choices_actions}
            for word, inner in action.choices.items():
                yield f"{name} {word}", helps[word], inner
                yield from parsers(inner, f"{name} {word}")


ALL = {name: (said, parser) for name, said, parser in parsers(_parser())}
OPTIONS = {option for _, parser in ALL.values() for action in parser._actions for option in action.option_strings}


def typed(page: Page) -> Iterator[str]:
    """Each line of a frame, those that go on joined; what only a shell reads is taken off."""
    for _, text in page.frames:
        for line in re.sub(r"\\\n\s*", "", text).splitlines():
            yield from (part.strip() for part in re.split(r"&&|\|(?=\s)", line))


def parses(line: str) -> bool:
    """Whether the command line is understood."""
    try:
        _parser().parse_args(shlex.split(line, comments=True)[1:])
    except SystemExit:
        return False
    return True


def test_a_command_line_that_is_not_understood_is_found() -> None:
    assert parses("folkmoot verify result.json --root 5f0a… # for remarks")
    assert not parses("folkmoot verify result.json --rooot 5f0a…")
    assert not parses("folkmoot count result.json")


@pytest.mark.parametrize("page", NOW, ids=lambda page: page.name)
def test_command_lines_are_understood(page: Page) -> None:
    for line in typed(page):
        if re.match(r"(\S*/)?folkmoot ", line):
            assert parses(line), line
    for span in page.spans:
        if span.startswith("folkmoot "):
            assert span in ALL or parses(span.replace("FILE|-", "-")), span
        elif re.match(r"--[a-z]", span):
            assert span.split(" ")[0] in OPTIONS, span


def test_the_table_of_the_command_line_holds_every_command_and_no_other() -> None:
    rows = {
        code_in(name)[0]: words for name, words in named("docs/command-line.md").table("| command | what it does |")
    }
    steps = {name for name in ALL if any(other.startswith(f"{name} ") for other in ALL)}
    assert rows == {name: said for name, (said, _) in ALL.items() if name not in steps}


@pytest.mark.parametrize("page", NOW, ids=lambda page: page.name)
def test_commands_in_discord_are_there_with_their_options(page: Page) -> None:
    for span in page.spans:
        match = WORDS.match(span)
        if match is None or span.startswith("/p/"):
            continue
        word, rest = match[0], span[match.end() :]
        name = word if word in SHOWN else word.split(" ")[0]
        if name in GROUPS and word == span:
            assert name == word, f"{span} is no command"
            continue
        assert name in SHOWN, span
        command = SHOWN[name]
        assert isinstance(command, app_commands.Command)
        known = {parameter.display_name for parameter in command.parameters}
        rest = span.removeprefix(name)
        used = set(re.findall(r"(\w+):", rest)) | set(re.findall(r"\[(\w+)\]", rest))
        assert used <= known, span


@pytest.mark.parametrize("page", NOW, ids=lambda page: page.name)
def test_targets_of_make_are_there(page: Page) -> None:
    for text in (*page.spans, *typed(page)):
        match = MAKE.fullmatch(text)
        if match is not None:
            assert match["target"] in TARGETS, text
            if match["arguments"] and "/" in match["arguments"]:
                assert (ROOT / match["arguments"]).exists(), text


def test_every_target_of_make_is_explained() -> None:
    rows = named("CONTRIBUTING.md").table("| command | what it does |")
    explained = {span.split(" ")[1] for name, _ in rows for span in code_in(name) if span.startswith("make ")}
    assert explained == TARGETS
