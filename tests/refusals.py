"""What a test says of a refusal: the words that people read of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.domain.shared.errors import InvalidInput
from bot.presentation.refusals.invalid_input import input_refusal


def shown(error: InvalidInput) -> str:
    """Return what is told of an input: what is wrong, and the next step."""
    return input_refusal(error, str).sentences


@contextmanager
def refused(words: str) -> Iterator[pytest.ExceptionInfo[InvalidInput]]:
    """Expect an input to be refused with words that match."""
    with pytest.raises(InvalidInput) as caught:
        yield caught
    assert re.search(words, shown(caught.value)), shown(caught.value)
