"""Members' Markdown on Discord: formatting is shown, nothing that only Discord knows works, and cuts are clean."""

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.markdown.discord_text import for_discord, quoted_block
from bot.presentation.markdown.parsing import parse

NODE = Path(__file__).parents[2] / "node"
NASTY = (
    *(
        "**",
        "*",
        "_",
        "__",
        "~~",
        "||",
        "`",
        "``",
        "```",
        "\n```\n",
        "> ",
        ">>> ",
        "# ",
        "### ",
        "-# ",
        "- ",
        "1. ",
        "\n",
    ),
    *(
        "\n\n",
        "    ",
        "\\",
        "[",
        "](",
        ")",
        "<",
        ">",
        "|",
        "\n|--|--|\n",
        "@everyone",
        "@here",
        "<@100000000000000001>",
    ),
    *("<@&100000000000000001>", "<#100000000000000001>", "<t:1700000000:R>", "</vote:100000000000000001>", "&lt;"),
    *(
        "<:a:100000000000000001>",
        "<a:b:100000000000000001>",
        "<id:customize>",
        "steam://run/1",
        "discord://-/x",
        "&#64;",
    ),
    *(
        "https://good.example/_x_",
        "[a](https://evil.example)",
        "![i](https://i.example/i.png)",
        "\u202e",
        "\u200b",
        "é",
    ),
    *(
        "שלום",
        "word",
        "x",
        " ",
        "1",
        ".",
        "!",
        "{",
        "---",
        "===",
        "\t",
        "\u0300" * 9,
        "😀",
        "&amp;",
        "javascript:alert(1)",
    ),
)
SIGNS = (
    "**",
    "*",
    "_",
    "~~",
    "`",
    "word",
    "x",
    " ",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "(",
    "[",
    "é",
    ".",
    "# ",
    "<",
    "\\",
    "&amp;",
    "-",
    "#",
)
HARMLESS = {
    "text",
    "br",
    "strong",
    "em",
    "strikethrough",
    "inlineCode",
    "codeBlock",
    "blockQuote",
    "url",
    "autolink",
    "link",
    "twemoji",
}

needs_parser = pytest.mark.skipif(
    not (shutil.which("node") and (NODE / "node_modules" / "discord-markdown-parser").is_dir()),
    reason="npm's discord-markdown-parser is not installed",
)


def parsed(texts: list[str]) -> list[list[dict[str, Any]]]:
    """Return what a parser of Discord's Markdown that is not ours makes of each text."""
    ran = subprocess.run(
        ["node", "discord_markdown.mjs"],
        cwd=NODE,
        input=json.dumps(texts).encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    found: list[list[dict[str, Any]]] = json.loads(ran.stdout)
    return found


def parts(nodes: list[dict[str, Any]] | str) -> Iterator[dict[str, Any]]:
    """Return every part, those inside others too."""
    for node in nodes if isinstance(nodes, list) else ():
        yield node
        yield from parts(node.get("content", ()))


def words(nodes: list[dict[str, Any]] | str) -> str:
    """Return the words that a reader sees."""
    if isinstance(nodes, str):
        return nodes
    return "".join("\n" if node["type"] == "br" else words(node.get("content", "")) for node in nodes)


@pytest.mark.node
@needs_parser
def test_nothing_that_a_member_writes_does_what_only_discord_can() -> None:
    rng = random.Random(7)  # noqa: S311 - the same texts each time
    texts = ["".join(rng.choices(NASTY, k=rng.randint(1, 40))) for _ in range(3_000)]
    texts += [one + two for one in NASTY for two in NASTY]
    shown = [for_discord(text, rng.choice((40, 200, 4_000))).text for text in texts]
    for text, made, nodes in zip(texts, shown, parsed(shown), strict=True):
        for node in parts(nodes):
            small = node["type"] == "heading" and node["level"] == 3
            assert node["type"] in HARMLESS or small, (text, made, node)


@pytest.mark.node
@needs_parser
def test_what_is_shown_is_what_was_written() -> None:
    rng = random.Random(8)  # noqa: S311 - the same texts each time
    texts = ["word" + "".join(rng.choices(SIGNS, k=rng.randint(1, 60))) for _ in range(3_000)]
    shown = [for_discord(text, 4_000).text for text in texts]
    for text, made, nodes in zip(texts, shown, parsed(shown), strict=True):
        assert kept(words(nodes)) == kept(plain_text(text)), (text, made, nodes)


def kept(text: str) -> str:
    """Return letters and signs alone: spaces, and what we put between, are not the member's."""
    return "".join(text.replace("\u200b", "").split())


def plain_text(text: str) -> str:
    """Return the words that a parser of CommonMark finds in it, and the signs of lists."""
    found = ""
    for node in parse(text).walk():
        if node.type == "list_item" and node.parent is not None:
            ordered = node.parent.type == "ordered_list"
            number = int(node.parent.attrs.get("start", 1)) + node.parent.children.index(node)
            found += f"{number}." if ordered else "-"
        elif node.type in ("text", "code_inline", "fence"):
            found += node.content
        elif node.type == "hr":
            found += "⎯" * 8
    return found


@given(st.lists(st.sampled_from(NASTY), min_size=1, max_size=40).map("".join), st.integers(8, 300), st.integers(1, 9))
def test_no_text_is_longer_than_its_room(text: str, room: int, lines: int) -> None:
    for show in (for_discord, quoted_block):
        assert len(show(text, room, lines).text) <= max(room, len("> (no visible text)"))
    assert for_discord(text, 100_000).whole


MARKED = st.recursive(
    st.lists(st.sampled_from(["alpha", "beta", "gamma"]), min_size=1, max_size=4).map(" ".join),
    lambda inner: st.one_of(
        inner.map(lambda text: f"**{text}**" if "**" not in text else text),
        inner.map(lambda text: f"*{text}*" if "*" not in text else text),
        inner.map(lambda text: f"~~{text}~~" if "~" not in text else text),
        st.lists(inner, min_size=2, max_size=3).map(" and ".join),
    ),
    max_leaves=6,
)


@given(st.lists(MARKED, min_size=1, max_size=4).map("\n\n".join), st.integers(20, 200))
def test_what_is_cut_closes_every_mark(text: str, room: int) -> None:
    shown = for_discord(text, room)
    for mark in ("**", "~~"):
        assert shown.text.count(mark) % 2 == 0
    assert shown.text.replace("**", "").count("*") % 2 == 0
    assert shown.whole == (kept(shown.text) == kept(for_discord(text, 10_000).text))
    if not shown.whole:
        assert shown.text.rstrip("*~` >\n").endswith("…")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("# Aim\nWe fund **one** lab.", "### Aim\n\nWe fund **one** lab."),
        ("##### Small\n\ntext", "**Small**\n\ntext"),
        ("- a\n- b\n  1. c\n\n  more", "- a\n- b\n  1. c\n  more"),
        ("> said\n> so", "> said\n> so"),
        ("one\ntwo", "one\ntwo"),
        ("[a lab](https://lab.example/x?y=(1))", "[a lab](https://lab.example/x?y=%281%29) (lab.example)"),
        ("[a lab](https://good.example@evil.example)", "[a lab](https://good.example@evil.example) (evil.example)"),
        ("[https://good.example](https://evil.example)", "https://good.example (<https://evil.example>)"),
        ("wordhttps://a.example/*x*<@1>", "word<https://a.example/>*x*\\<@1>"),
        ("[pay](javascript:alert)", "\\[pay\\]\u200b(javascript:alert)"),
        ("see https://a.example/_x_y_.", "see <https://a.example/_x_y_>."),
        ("https://a.example<@1>", "<https://a.example%3C@1>\\>"),
        ("**`a*b` c**", "**a\\*b c**"),
        ("![a cell](https://a.example/i.png)", "[a cell (image)](https://a.example/i.png) (a.example)"),
        ("| a | b |\n|---|---|\n| 1 | 22 |", "```\na  b\n─  ──\n1  22\n```"),
        ("2026. A year\n\n-# small", "2026. A year\n\n\\-# small"),
        ("<b>bold</b> <t:1:R> @everyone", "\\<b>bold\\</b> \\<t:1:R> @\u200beveryone"),
        ("\u202e\u200b", "(no visible text)"),
        ("z" + "\u0300" * 50, "z" + "\u0300" * 4),
        ("a\u202eb", "ab"),
    ],
)
def test_each_kind_of_text(written: str, shown: str) -> None:
    assert for_discord(written, 4_000).text == shown


def test_a_quote_of_a_member_has_its_sign_on_every_line() -> None:
    text = "# Aim\n\n- a\n- b\n\n```\ncode\n\nmore\n```\n\n> deeper"
    assert all(line.startswith(">") for line in quoted_block(text, 4_000).text.split("\n"))


def test_what_is_nested_too_deep_for_a_parser_is_shown_word_for_word() -> None:
    assert for_discord(">" * 60 + " deep", 200).text == "\\" + ">" * 60 + " deep"


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "*a " * 7_000, "> " * 9_000, "`" * 20_000, "<" * 20_000, "![](" * 5_000]
)
def test_hostile_lengths_are_shown(text: str) -> None:
    assert for_discord(text, 500).text


def test_lines_are_counted() -> None:
    shown = for_discord("a\n\nb\n\nc\n\nd", 500, 3)
    assert (shown.text, shown.whole) == ("a\n\nb\n…", False)
