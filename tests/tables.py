"""What stands behind a store, for tests that look at its tables or change them behind its back."""

from __future__ import annotations

from bot.ports import Repositories
from bot.storage.driver.statements import AnyConnection
from bot.storage.unit_of_work import SqlRepositories


def connection_of(repos: Repositories) -> AnyConnection:
    """The connection of a transaction."""
    assert isinstance(repos, SqlRepositories)
    return repos.connection
