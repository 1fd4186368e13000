"""The repository of texts: every revision of what a proposal says."""

from __future__ import annotations

from sqlalchemy import insert, select

from bot.domain.proposals.proposal import Text, Version
from bot.domain.shared.types import MemberId, ProposalId, Timestamp
from bot.storage.driver.statements import AnyConnection
from bot.storage.repositories.shared.json_columns import from_json, to_json
from bot.storage.tables import texts


class SqlVersions:
    """Versions are only ever added; of two with the same number the second is refused."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def add(self, version: Version) -> None:
        """Store it."""
        await self._connection.execute(
            insert(texts).values(
                proposal=version.proposal,
                version=version.number,
                title=version.text.title,
                summary=version.text.summary,
                body=version.text.body,
                discussion=version.text.discussion,
                choices=to_json(version.choices),
                cid=version.cid,
                editor=version.editor,
                written_at=version.written_at,
            )
        )

    async def of(self, proposal: ProposalId) -> list[Version]:
        """Return all of a proposal, oldest first."""
        every = select(texts).where(texts.c.proposal == proposal).order_by(texts.c.version)
        return [
            Version(
                proposal=ProposalId(row.proposal),
                number=row.version,
                text=Text(title=row.title, summary=row.summary, body=row.body, discussion=row.discussion),
                choices=tuple(from_json(row.choices)),
                cid=row.cid,
                editor=MemberId(row.editor),
                written_at=Timestamp(row.written_at),
            )
            for row in await self._connection.execute(every)
        ]
