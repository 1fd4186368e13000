"""Filling a page in cannot forget to escape."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import bot.web
from bot.presentation.catalogue.messages import speaking
from bot.web.shared.html import Fragment, Html, fragment, join, sentence
from tests.presentation.catalogue.pseudo import PSEUDO

ROOM = Path(bot.web.__file__).parent


def filled(source: str, **values: Any) -> str:
    return Fragment("test.html", source).fill(**values).text


def test_text_is_escaped_and_markup_is_not() -> None:
    assert filled("<p>$a</p>", a="<b>&\"'") == "<p>&lt;b&gt;&amp;&quot;&#x27;</p>"
    assert filled("<p>$a</p>", a=Fragment("b.html", "<b>$x</b>").fill(x="<i>")) == "<p><b>&lt;i&gt;</b></p>"
    assert filled("$a", a=join([Html("<i>"), Html("</i>")])) == "<i></i>"
    assert filled('<p title="$a">', a='" onclick="x') == '<p title="&quot; onclick=&quot;x">'


def test_signs_that_hide_or_reverse_text_are_left_out_and_lines_stay() -> None:
    assert filled("<pre>$a</pre>", a="pay \u202eecila\u202c\x00 \u200bno\ud800w\nor \u2066never") == (
        "<pre>pay ecila now\nor never</pre>"
    )
    family = "\U0001f468\u200d\U0001f469"
    assert filled('<p title="$a">', a=family) == f'<p title="{family}">'


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert filled("$a $b", a="$b", b="x") == "$b x"


def test_a_sentence_takes_markup_among_its_words_and_escapes_the_rest() -> None:
    bold = Fragment("b.html", "<b>$x</b>").fill(x="<i>{who}")
    with speaking(PSEUDO):
        told = sentence("Votes & wallets of {who}: {bold}", who="<Mara>", bold=bold)
    assert told == Html("⟦Vótés &amp; wálléts óf &lt;Mara&gt;: <b>&lt;i&gt;{who}</b>⟧")
    with pytest.raises(KeyError):
        sentence("Votes of {who}", bold=bold)


@pytest.mark.parametrize(
    "source",
    [
        "<p class=$a>",
        "<p $a>",
        "<$a>",
        "<p class='$a'>",
        "<script>x = $a</script>",
        "<style>$a</style>",
        '<p onclick="f($a)">',
        '<p style="color: $a">',
        "$ $a",
    ],
)
def test_a_place_where_escaping_would_not_help_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"test\.html"):
        Fragment("test.html", source)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "\\\\evil", " /x", "x"]
)
def test_an_address_is_one_of_the_web(address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        filled('<a href="$a">', a=address)
    for fine in ("/", "/link/x", "https://scan.example/tx/0x1?a=b"):
        assert fine in filled('<a href="$a">', a=fine)


def test_markup_does_not_stand_in_an_attribute() -> None:
    with pytest.raises(ValueError, match="attribute"):
        filled('<p title="$a">', a=Html("<b>"))


def test_every_place_is_filled_and_nothing_else() -> None:
    with pytest.raises(ValueError, match="not in both"):
        filled("$a", a="1", b="2")
    with pytest.raises(ValueError, match="not in both"):
        filled("$a $b", a="1")


def test_every_page_can_be_read_and_holds_no_script_or_address_of_elsewhere() -> None:
    for file in (ROOM / "pages").rglob("*.html"):
        fragment(file.relative_to(ROOM / "pages").as_posix())
        assert not re.search(r"https?:|<iframe|<object|<form[^>]*action|<link[^>]*href=\"[^$]", file.read_text()), (
            file.name
        )
    for file in (ROOM / "static").iterdir():
        text = file.read_text()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            file.name
        )
        assert not re.search(r"@import|url\(", text), file.name
        assert set(re.findall(r"https?://[^\"'` ]+", text)) <= {"http://www.w3.org/2000/svg"}, file.name


def test_markup_is_made_out_of_files_alone() -> None:
    for file in ROOM.rglob("*.py"):
        if file.name != "html.py":
            assert not re.search(r"\bHtml\(", file.read_text()), file.name
