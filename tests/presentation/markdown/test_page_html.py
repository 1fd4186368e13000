"""Members' Markdown on pages: their formatting, links that name their host, and nothing that does anything."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.markdown.page_html import for_page
from tests.presentation.markdown.test_discord_text import NASTY

HOSTILE = (
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">', "<svg/onload=1>"),
    *(
        "[x](javascript:alert(1))",
        "[x](data:text/html,1)",
        '[x](https://a.example "onclick=1")',
        "<!--",
        "]]>",
        "&#60;b&#62;",
    ),
    *(
        "![x](https://a.example/i.png)",
        '[x](https://a.example/"onclick=1)',
        "[![x](https://b.example/i)](https://c.example)",
    ),
)
TAGS = {
    "p",
    "h3",
    "h4",
    "h5",
    "h6",
    "strong",
    "em",
    "s",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "br",
    "hr",
}
TABLES = {"table", "thead", "tbody", "tr", "th", "td", "span"}


class Reader(HTMLParser):
    """Collects the tags with their attributes, and the words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(for_page(text))
    return reader


@given(st.lists(st.sampled_from([*NASTY, *HOSTILE]), min_size=1, max_size=30).map("".join))
def test_nothing_but_formatting_and_links_to_the_web_is_in_it(text: str) -> None:
    for tag, attributes in read(text).tags:
        assert tag in TAGS | TABLES
        if tag == "a":
            assert (attributes.get("href") or "").startswith(("http://", "https://"))
            assert attributes.keys() == {"href", "rel"}
            assert attributes["rel"] == "nofollow noopener noreferrer ugc"
        else:
            assert attributes.keys() <= {"start", "class"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("# Aim\nWe fund **one** lab.", "<h3>Aim</h3>\n<p>We fund <strong>one</strong> lab.</p>\n"),
        ("###### low", "<h3>low</h3>\n"),
        ("## a\n#### b\n## c\n# d", "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n<h3>d</h3>\n"),
        ("# a\n## b\n### c\n#### d\n##### e", "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h6>d</h6>\n<h6>e</h6>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>\n'),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"),
    ],
)
def test_each_kind_of_text(written: str, shown: str) -> None:
    assert for_page(written) == shown


@pytest.mark.parametrize(
    ("written", "words", "links"),
    [
        ("[a lab](https://lab.example/x)", "a lab (lab.example)", ["https://lab.example/x"]),
        (
            "[good.example](https://good.example@evil.example)",
            "good.example (evil.example)",
            ["https://good.example@evil.example"],
        ),
        ("see https://lab.example/_x_", "see https://lab.example/_x_", ["https://lab.example/_x_"]),
        ("![a cell](https://lab.example/i.png)", "a cell (image) (lab.example)", ["https://lab.example/i.png"]),
        ("[pay](javascript:alert(1))", "[pay](javascript:alert(1))", []),
        ("[pay](ftp://lab.example)", "pay (ftp://lab.example)", []),
        ("[![a](https://b.example/i)](https://c.example)", "a (image) (c.example)", ["https://c.example"]),
    ],
)
def test_links_say_whose_they_are(written: str, words: str, links: list[str]) -> None:
    reader = read(written)
    assert reader.words.strip() == words
    assert [attributes["href"] for tag, attributes in reader.tags if tag == "a"] == links
