"""What members read is short and plain: no sentence of more than 25 words, and no word of proofs or of set-up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOM_OF_PAGES = ROOT / "bot/web"
SPOKEN = ("cogs", "bot/presentation", "bot/web")
"""Where sentences are made, of the catalogue as well as those that are not in it yet."""
FOR_MODERATORS = (
    "bot/presentation/notices",
    "bot/presentation/refusals/fields.py",
    "bot/presentation/refusals/power.py",
    "bot/presentation/refusals/faults/parameters.py",
    "bot/presentation/refusals/faults/roles.py",
    "bot/presentation/refusals/faults/strategies.py",
    "cogs/roles",
    "cogs/spaces",
)
FOR_PROOF = (
    "bot/presentation/audit",  # what a check of the log found
    "bot/presentation/refusals/faults/general.py",  # what is wrong with a hash that somebody checks
    "bot/web/proposals/proposal_body.py",  # the part of a public page that proves
    "cogs/audit",
    "cogs/proposals/revision_cards.py",  # the identifier of each version
)
MOST_WORDS = 25
COMMAND = re.compile(r"`?/[a-z]+(?: [a-z]+)?(?: [a-z_]+:\S+)*`?")
EXPERTS = re.compile(
    r"\b(base units?|canonical|merkle|scale|erc-?\d\w*|eip-?\d+|strateg\w+|digests?|hash\w*|root|json|cid|calldata"
    r"|rpc)\b",
    re.IGNORECASE,
)


def words_of(sentence: str) -> int:
    """Count words; a fact that is filled in, and a command, count as one."""
    return sum(any(sign.isalnum() for sign in word) for word in re.sub(r"\{\w*\}", "X", sentence).split())


def sentences_of(text: str) -> list[str]:
    return re.split(r"(?<=[.!?:;])(?:\*\*)?\s+|\n", COMMAND.sub("X", text))


def literal(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def texts(node: ast.AST) -> Iterator[str]:
    """Return the texts of a module as they read with every fact filled in; docstrings are for nobody but us."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and literal(child.value) is not None:
            continue
        found = literal(child)
        if found is None:
            yield from texts(child)
        elif words_of(found) > 1:
            yield found


def in_files_of_pages() -> Iterator[tuple[str, str]]:
    """Return what markup says between its tags and in its attributes, and what scripts quote, with the file."""
    for path in sorted((ROOM_OF_PAGES / "pages").rglob("*.*ml")):
        markup = path.read_text(encoding="utf-8")
        found = [*re.split(r"<[^>]*>", markup), *re.findall(r'(?:alt|aria-label|placeholder|title)="([^"]*)"', markup)]
        yield from ((path.relative_to(ROOT).as_posix(), re.sub(r"\$\w+", "{}", text)) for text in found)
    for path in sorted((ROOM_OF_PAGES / "static").glob("*.js")):
        script = re.sub(r"^\s*(?://|/?\*).*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for quoted in re.finditer(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`', script):
            yield path.relative_to(ROOT).as_posix(), re.sub(r"\$\{[^}]*\}", "{}", quoted[1] or quoted[2] or "")


def spoken() -> Iterator[tuple[str, str]]:
    """Return each text with the module, markup or script in which it stands."""
    yield from ((name, text) for name, text in in_files_of_pages() if words_of(text) > 1)
    for folder in SPOKEN:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            yield from ((name, text) for text in texts(ast.parse(path.read_text(encoding="utf-8"))))


def is_in(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}/") for place in places)


def test_no_sentence_has_more_than_25_words() -> None:
    every = [(name, sentence) for name, text in spoken() for sentence in sentences_of(text)]
    assert len(every) > 1_500
    assert [(name, one) for name, one in every if words_of(one) > MOST_WORDS] == []


def test_what_only_experts_know_stands_in_proofs_and_where_moderators_read() -> None:
    members = [(name, text) for name, text in spoken() if not is_in(name, FOR_MODERATORS + FOR_PROOF)]
    assert len(members) > 1_000
    said = [(name, text, EXPERTS.search(re.sub(r"\{\w*\}", "", COMMAND.sub("", text)))) for name, text in members]
    assert [(name, text, found[0]) for name, text, found in said if found] == []


def test_nothing_is_left_out_that_needs_no_such_word() -> None:
    needed = {name for name, text in spoken() if EXPERTS.search(re.sub(r"\{\w*\}", "", COMMAND.sub("", text)))}
    assert [place for place in FOR_MODERATORS + FOR_PROOF if not any(is_in(name, (place,)) for name in needed)] == []


@pytest.mark.parametrize(
    ("text", "counted"),
    [("{who} voted for {choice}, with `/vote sign`.", [6]), ("One two. Three four: five\nsix", [2, 2, 1, 1])],
)
def test_facts_and_commands_count_as_one_word(text: str, counted: list[int]) -> None:
    assert [words_of(sentence) for sentence in sentences_of(text)] == counted


@pytest.mark.parametrize(
    "word", ["base units", "Merkle", "canonical", "scale", "erc20-balance-of", "strategies", "EIP-712"]
)
def test_words_of_experts_are_known(word: str) -> None:
    assert EXPERTS.search(f"It has {word} in it.")
