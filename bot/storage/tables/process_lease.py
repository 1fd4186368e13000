"""Which process works with the database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from bot.storage.tables.base import TEXT, Audit, Privacy, kept, metadata

leases = Table(
    "leases",
    metadata,
    Column("holder", TEXT, primary_key=True),
    Column("token", TEXT, nullable=False),
    Column("salt", TEXT, nullable=False),
    Column("shard", TEXT, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("kernel", TEXT, nullable=False),
    Column("lock", TEXT, nullable=False),
    Column("host", TEXT, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("renewed_at", BigInteger, nullable=False),
    info=kept(Privacy.NOBODY, audit=Audit.NO, moves=False),
)
"""`token` is a keyed hash with `salt`; `beat` counts renewals; `kernel` and `lock` name who sees a file's lock."""
