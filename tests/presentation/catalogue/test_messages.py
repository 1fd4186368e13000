from __future__ import annotations

import ast
import asyncio
import string
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from bot.presentation.catalogue.extraction import KEYWORDS, sentences
from bot.presentation.catalogue.formats import listed, moment, plural_forms
from bot.presentation.catalogue.messages import Language, gettext, ngettext, speaking, spoken
from tests.presentation.catalogue.pseudo import PSEUDO

ROOT = Path(__file__).parent.parent.parent.parent
GERMAN = b"""
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{who} voted for {choice}."
msgstr "F\xc3\xbcr {choice} stimmte {who}."

msgid "{number} wallet"
msgid_plural "{number} wallets"
msgstr[0] "{number} Geldb\xc3\xb6rse"
msgstr[1] "{number} Geldb\xc3\xb6rsen"
"""


def german() -> Language:
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(GERMAN), locale="de"))
    compiled.seek(0)
    return Language("de", Translations(compiled))


def test_facts_are_named_so_that_a_language_may_put_them_in_another_order() -> None:
    facts = {"who": "Mara", "choice": "“{who} 100 %”"}
    assert gettext("{who} voted for {choice}.", **facts) == "Mara voted for “{who} 100 %”."
    with speaking(german()):
        assert gettext("{who} voted for {choice}.", **facts) == "Für “{who} 100 %” stimmte Mara."
        assert gettext("Not translated yet.") == "Not translated yet."


@pytest.mark.parametrize(
    ("number", "english", "in_german"),
    [
        (0, "0 wallets", "0 Geldbörsen"),
        (1, "1 wallet", "1 Geldbörse"),
        (1204, "1,204 wallets", "1,204 Geldbörsen"),
    ],
)
def test_a_number_takes_the_form_of_its_language(number: int, english: str, in_german: str) -> None:
    assert ngettext("{number} wallet", "{number} wallets", number) == english
    with speaking(german()):
        assert ngettext("{number} wallet", "{number} wallets", number) == in_german


def test_a_missing_fact_is_a_fault_and_not_a_gap() -> None:
    with pytest.raises(KeyError):
        gettext("{who} voted for {choice}.", who="Mara")


async def test_a_language_holds_for_its_task_alone() -> None:
    async def other() -> str:
        await asyncio.sleep(0)
        return spoken().code

    beside = asyncio.create_task(other())
    with speaking(german()):
        assert spoken().code == "de"
        assert await asyncio.create_task(other()) == "de"
    assert (spoken().code, await beside) == ("en", "en")


def test_every_form_of_a_number_can_be_told_before_the_number_is_known() -> None:
    assert plural_forms("{number} wallet", "{number} wallets") == {
        "one": "{number} wallet",
        "other": "{number} wallets",
    }
    with speaking(german()):
        forms = plural_forms("{number} wallet", "{number} wallets")
        assert forms == {"one": "{number} Geldbörse", "other": "{number} Geldbörsen"}
    with speaking(Language("ar", NullTranslations())):
        assert set(plural_forms("{number} wallet", "{number} wallets")) == {
            "zero",
            "one",
            "two",
            "few",
            "many",
            "other",
        }


def test_times_are_written_as_a_language_writes_them() -> None:
    assert moment(1_772_546_700) == "03 March 2026, 14:05 UTC"
    with speaking(Language("de", NullTranslations())):
        assert moment(1_772_546_700) == "3. März 2026, 14:05 UTC"


def test_lists_are_written_as_a_language_writes_them() -> None:
    assert (listed([]), listed(["a"]), listed(["a", "b", "c"]), listed(["a", "b"], "or")) == (
        "",
        "a",
        "a, b and c",
        "a or b",
    )
    with speaking(Language("de", NullTranslations())):
        assert (listed(["a", "b", "c"]), listed(["a", "b"], "or")) == ("a, b und c", "a oder b")


def test_the_pseudo_language_changes_sentences_and_no_fact() -> None:
    with speaking(PSEUDO):
        assert gettext("See `/vote` or /proposal new, {who}.", who="Mara") == "⟦Séé `/vote` ór /proposal new, Mara.⟧"


def test_every_sentence_can_be_taken_out_of_the_code_and_filled_in() -> None:
    """Only whole sentences are the keys of a catalogue, and facts have names and no format of their own."""
    strays = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for folder in ("bot", "cogs")
        for file in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
        for argument in call.args[: len(KEYWORDS[call.func.id] or (1,))]
        if isinstance(argument, ast.JoinedStr | ast.BinOp)
    ]
    assert strays == []
    for message in sentences(ROOT):
        for form in (message.id,) if isinstance(message.id, str) else message.id:
            for _, name, form_of, conversion in string.Formatter().parse(form):
                assert (name is None or name.isidentifier(), form_of or "", conversion) == (True, "", None), form
