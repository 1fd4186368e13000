from __future__ import annotations

import re

import pytest

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.errors.fields import Entry, Field
from bot.presentation.catalogue.messages import speaking
from bot.presentation.refusals.fields import ENTRIES, FIELDS
from bot.presentation.refusals.invalid_input import input_refusal
from bot.web.shared.error_messages import of_error
from cogs._shared.formatting import quoted
from cogs.general.error_messages import words
from tests.presentation.catalogue.pseudo import PSEUDO
from tests.presentation.refusals.samples import WORD, inputs

EVERY = list(inputs())
SENTENCE = re.compile(r"(?<=[.?])\s")


def untranslated(text: str) -> str:
    """Return what stands outside of all ⟦…⟧."""
    before = None
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return text.strip()


@pytest.mark.parametrize("error", EVERY, ids=str)
def test_every_fact_says_what_is_wrong_and_the_next_step_in_short_sentences(error: InvalidInput) -> None:
    refusal = input_refusal(error, str)
    assert refusal.what.startswith("The ")
    assert refusal.what.endswith((".", "?"))
    assert refusal.step[:1] in "/paste" or refusal.step[:1].islower()
    assert refusal.step.endswith((".", "…", "//"))
    for sentence in SENTENCE.split(refusal.sentences):
        assert len(sentence.split()) <= 25, sentence


@pytest.mark.parametrize("error", EVERY, ids=str)
def test_in_another_language_no_english_is_left(error: InvalidInput) -> None:
    with speaking(PSEUDO):
        on_discord, on_a_page = words(error), of_error(error)
        one_line = input_refusal(error, lambda _fact: "")
    assert on_discord is not None
    assert untranslated(on_discord) == ""
    assert untranslated(on_a_page.what) == untranslated(on_a_page.then) == ""
    if not isinstance(error.fault, ParamFlaw) and isinstance(error.field, Field):
        left = re.sub(r"/[a-z-]+(?: [a-z-]+)*|https?://|\"[^\"]*\"|minimum|strategies\b", "", one_line.sentences)
        assert not re.search(r"[aeiou]", left), left


@pytest.mark.parametrize("error", EVERY, ids=str)
def test_words_that_are_not_ours_are_quoted_as_each_surface_does(error: InvalidInput) -> None:
    plain, on_discord = input_refusal(error, str).sentences, words(error)
    assert on_discord is not None
    assert (WORD in plain) == (quoted(WORD) in on_discord)
    assert WORD not in on_discord


def test_every_field_has_a_name() -> None:
    assert FIELDS.keys() == set(Field)
    assert ENTRIES.keys() == set(Entry)
