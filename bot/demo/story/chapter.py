"""What every part of the story uses: the stage, the transcript, and the stored facts."""

from __future__ import annotations

import logging
from typing import Any

from bot.demo.acting import Answer
from bot.demo.people import Person
from bot.demo.stage import Stage
from bot.demo.story.facts import Facts
from bot.demo.story.transcript import Transcript


class Chapter:
    """A part of the story."""

    def __init__(self, stage: Stage, say: Transcript) -> None:
        self.stage, self.say = stage, say
        self.facts = Facts(stage)

    def private(self, person: Person, answer: Answer) -> None:
        """Show an answer that only one member sees; the story breaks if others could see it."""
        if answer.response is None or not answer.response.ephemeral:
            self.say.check(f"{person.display} is answered, and nobody else sees it", holds=False)
        self.say.show(f"only {person.display} sees this", answer.response)

    def public(self, channel: str, message: Any) -> None:  # noqa: ANN401 - a message
        """Show a message that everybody sees."""
        self.say.show(f"#{channel}", message)


class Errors(logging.Handler):
    """Collects the errors that the bot logs: the story must cause none."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record."""
        self.messages.append(record.getMessage())
