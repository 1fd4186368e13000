"""What proves what happened: versions of texts, bundles of results, and the log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, PrimaryKeyConstraint, Table

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE, Audit, Privacy, kept, metadata

texts = Table(
    "texts",
    metadata,
    Column("proposal", ROW_ID, ForeignKey("proposals.id"), nullable=False),
    Column("version", WHOLE, nullable=False),
    Column("title", TEXT, nullable=False),
    Column("summary", TEXT, nullable=False),
    Column("body", TEXT, nullable=False),
    Column("discussion", TEXT, nullable=False),
    Column("choices", TEXT, nullable=False),
    Column("cid", TEXT, nullable=False),
    Column("editor", BigInteger, nullable=False),
    Column("written_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("proposal", "version"),
    info=kept(Privacy.NAMED, "editor", audit=Audit.DIGEST),
)

bundles = Table(
    "bundles",
    metadata,
    Column("proposal", ROW_ID, ForeignKey("proposals.id"), primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    Column("cid", TEXT, nullable=False),
    Column("root", TEXT, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    info=kept(Privacy.NOBODY, audit=Audit.DIGEST),
)

log = Table(
    "log",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("entry", TEXT, nullable=False),
    Column("hash", TEXT, nullable=False),
    PrimaryKeyConstraint("guild", "seq"),
    info=kept(Privacy.NOBODY, audit=Audit.OTHERWISE),
)

salts = Table(
    "salts",
    metadata,
    Column("guild", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("salt", TEXT, nullable=False),
    PrimaryKeyConstraint("guild", "member"),
    info=kept(Privacy.THEIRS, "member", audit=Audit.OTHERWISE),
)
