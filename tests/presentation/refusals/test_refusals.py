from __future__ import annotations

import re

import pytest

from bot.domain.proposals.proposal import State
from bot.domain.roles.role_trouble import Unlooked
from bot.domain.shared.errors import (
    FolkmootError,
    InvalidInput,
    NotAllowed,
    NotConfigured,
    NotFound,
    PowerUndefined,
    UnknownStrategy,
    WrongState,
)
from bot.domain.shared.errors.faults.power import PowerFlaw, Unreadable
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.errors.fields import Entry, Field
from bot.domain.shared.errors.kinds import EDITING, Reserved, ServerSetting, Step, Thing
from bot.presentation.catalogue.messages import speaking
from bot.presentation.refusals.faults.roles import UNLOOKED, unlooked
from bot.presentation.refusals.fields import ENTRIES, FIELDS
from bot.presentation.refusals.invalid_input import input_refusal
from bot.presentation.refusals.kinds import RESERVED, SETTINGS, STATES, STEPS, THINGS
from bot.presentation.refusals.power import UNREADABLE
from bot.web.shared.error_messages import of_error, of_status
from cogs._shared.formatting import quoted
from cogs.general.error_messages import words
from tests.builders import an_address
from tests.cogs.general.test_error_messages import EXAMPLES, OF_DISCORD
from tests.presentation.catalogue.command_names import COMMAND
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
        left = re.sub(rf"{COMMAND}|https?://|\"[^\"]*\"|minimum|strategies\b", "", one_line.sentences)
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


def test_all_that_errors_name_has_words() -> None:
    assert THINGS.keys() == set(Thing)
    assert SETTINGS.keys() == set(ServerSetting)
    assert RESERVED.keys() == set(Reserved)
    assert STEPS.keys() == set(Step)
    assert STATES.keys() == {*State, EDITING}
    assert UNREADABLE.keys() == set(Unreadable)
    assert UNLOOKED.keys() == set(Unlooked)


def test_why_a_rule_was_not_looked_at_is_told_and_what_was_stored_as_a_sentence_is_shown_as_it_is() -> None:
    with speaking(PSEUDO):
        assert all(untranslated(unlooked(why.value)) == "" for why in Unlooked)
        assert unlooked("its minimum is finer than the voting power divides") == (
            "its minimum is finer than the voting power divides"
        )


EXAMPLES_OF_KIN = [
    *(NotFound(thing, key) for thing in Thing for key in ("", WORD)),
    *(NotAllowed(reserved) for reserved in Reserved),
    *(NotConfigured(setting) for setting in ServerSetting),
    *(WrongState(number=3, state=state, step=step) for state in STATES for step in Step),
    *(
        UnknownStrategy(WORD, ["math"], why=why, instead=other)
        for why in (None, *Unreadable)
        for other in ((), (WORD,))
    ),
    PowerUndefined(strategy=WORD, address=an_address(1), why=PowerFlaw.DIVIDES_BY_ZERO),
]


@pytest.mark.parametrize("error", EXAMPLES_OF_KIN, ids=str)
def test_other_refusals_are_told_in_the_language_that_is_spoken(error: FolkmootError) -> None:
    english = words(error)
    with speaking(PSEUDO):
        told = words(error)
    assert english is not None
    assert told is not None
    assert untranslated(told) == ""
    assert WORD not in told
    assert all(len(sentence.split()) <= 25 for sentence in SENTENCE.split(english))


@pytest.mark.parametrize("error", [*(one for many in EXAMPLES.values() for one in many), *OF_DISCORD], ids=repr)
def test_all_that_may_go_wrong_is_told_in_the_language_that_is_spoken(error: Exception) -> None:
    with speaking(PSEUDO):
        told = words(error)
        on_a_page = of_error(error) if isinstance(error, FolkmootError) else of_status(503)
    assert told is not None
    assert untranslated(told) == ""
    assert untranslated(on_a_page.what) == untranslated(on_a_page.then) == ""


@pytest.mark.parametrize("status", [400, 403, 404, 405, 408, 413, 415, 429, 500])
def test_what_http_refuses_is_told_in_the_language_that_is_spoken(status: int) -> None:
    with speaking(PSEUDO):
        told = of_status(status)
    assert untranslated(told.what) == untranslated(told.then) == ""
