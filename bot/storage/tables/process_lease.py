"""Which process works with the database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from bot.storage.tables.base import Audit, Privacy, kept, metadata

leases = Table(
    "leases",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("shard", Text, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("kernel", Text, nullable=False),
    Column("lock", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("renewed_at", BigInteger, nullable=False),
    info=kept(Privacy.NOBODY, audit=Audit.NO),
)
"""`token` is a keyed hash with `salt`; `beat` counts renewals; `kernel` and `lock` name who sees a file's lock."""
