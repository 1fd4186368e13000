"""Random stories of votes, told to the bot and to a model that is too plain to be wrong."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.acts_meddling import Meddling
from tests.model.acts_people import People
from tests.model.acts_votes import Votes
from tests.model.acts_world import World
from tests.model.grounds import Embedded
from tests.postgres import Server

EXAMPLES = int(os.environ.get("LIFE_OF_VOTES", "0"))
"""Stories to tell instead of those that are always the same; one that fails is then made short, which takes minutes."""
PHASES = (Phase.generate, Phase.shrink) if EXAMPLES else (Phase.generate,)


class Life(Votes, Meddling, People, World):
    """Everything at once."""


class LifeOnChain(Life):
    """The same on the embedded chain, through our reader."""

    ground = Embedded


def _told(machine: type[Life], kept: bytes | Server, stories: int) -> None:
    machine.kept = kept
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES or stories,
            stateful_step_count=30,
            derandomize=not EXAMPLES,
            database=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )


@pytest.mark.timeout(36_000 if EXAMPLES else 180)
def test_the_life_of_votes_is_as_the_model_says(migrated: bytes) -> None:
    _told(Life, migrated, 16)


@pytest.mark.timeout(36_000 if EXAMPLES else 180)
def test_the_life_of_votes_on_the_embedded_chain_is_as_the_model_says(migrated: bytes) -> None:
    _told(LifeOnChain, migrated, 3)


@pytest.mark.timeout(36_000 if EXAMPLES else 180)
def test_the_life_of_votes_on_postgresql_is_as_the_model_says(postgres: Server) -> None:
    _told(Life, postgres, 8)
