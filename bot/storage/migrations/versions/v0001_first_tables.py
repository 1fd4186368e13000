"""The first tables: spaces, wallets, proposals, ballots, funding, announcements."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)

from bot.storage.tables.base import ROW_ID, TEXT, WHOLE

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "challenges",
        Column("nonce", TEXT, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("address", TEXT, nullable=False),
        Column("text", TEXT, nullable=False),
        Column("issued_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("used_at", BigInteger),
        PrimaryKeyConstraint("nonce", name=op.f("pk_challenges")),
    )
    op.create_table(
        "counters",
        Column("guild", BigInteger, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("last", WHOLE, nullable=False),
        PrimaryKeyConstraint("guild", "name", name=op.f("pk_counters")),
    )
    op.create_table(
        "outbox",
        Column("id", ROW_ID, nullable=False),
        Column("key", TEXT, nullable=False),
        Column("topic", TEXT, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("channel", BigInteger, nullable=False),
        Column("facts", TEXT, nullable=False),
        Column("nonce", TEXT, nullable=False),
        Column("ref", TEXT, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("attempts", WHOLE, nullable=False),
        Column("attempted_at", BigInteger),
        Column("next_at", BigInteger, nullable=False),
        Column("told_at", BigInteger),
        Column("given_up_at", BigInteger),
        Column("given_up", TEXT),
        Column("message", BigInteger),
        PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_guild_topic_created_at"), "outbox", ["guild", "topic", "created_at"])
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["guild", "channel", "id"],
        sqlite_where=text("told_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=text("told_at IS NULL AND given_up_at IS NULL"),
    )
    op.create_table(
        "readings",
        Column("chain", BigInteger, nullable=False),
        Column("token", TEXT, nullable=False),
        Column("holder", TEXT, nullable=False),
        Column("amount", TEXT, nullable=False),
        Column("block", BigInteger, nullable=False),
        Column("block_hash", TEXT, nullable=False),
        Column("block_time", BigInteger, nullable=False),
        PrimaryKeyConstraint("chain", "token", "holder", name=op.f("pk_readings")),
    )
    op.create_table(
        "spaces",
        Column("id", ROW_ID, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("strategies", TEXT, nullable=False),
        Column("proposals_channel", BigInteger),
        Column("announcements_channel", BigInteger),
        Column("moderators_channel", BigInteger),
        Column("proposer_roles", TEXT, nullable=False),
        Column("proposer_power", TEXT),
        Column("voting_delay", BigInteger, nullable=False),
        Column("voting_period", BigInteger, nullable=False),
        Column("quorum", TEXT, nullable=False),
        Column("cogs_off", TEXT, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_spaces")),
        UniqueConstraint("guild", name=op.f("uq_spaces_guild")),
    )
    op.create_table(
        "wallets",
        Column("id", ROW_ID, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("address", TEXT, nullable=False),
        Column("linked_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_wallets")),
        UniqueConstraint("guild", "address", name=op.f("uq_wallets_guild_address")),
    )
    op.create_index(op.f("ix_wallets_guild_member"), "wallets", ["guild", "member"])
    op.create_table(
        "watches",
        Column("guild", BigInteger, nullable=False),
        Column("number", WHOLE, nullable=False),
        Column("label", TEXT, nullable=False),
        Column("chain", BigInteger, nullable=False),
        Column("token", TEXT, nullable=False),
        Column("holder", TEXT, nullable=False),
        Column("symbol", TEXT, nullable=False),
        Column("decimals", WHOLE, nullable=False),
        Column("added_by", BigInteger, nullable=False),
        Column("added_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("guild", "number", name=op.f("pk_watches")),
    )
    op.create_table(
        "campaigns",
        Column("id", ROW_ID, nullable=False),
        Column("space", ROW_ID, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("number", WHOLE, nullable=False),
        Column("title", TEXT, nullable=False),
        Column("chain", BigInteger, nullable=False),
        Column("token", TEXT, nullable=False),
        Column("holder", TEXT, nullable=False),
        Column("symbol", TEXT, nullable=False),
        Column("decimals", WHOLE, nullable=False),
        Column("channel", BigInteger, nullable=False),
        Column("author", BigInteger, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("deadline", BigInteger),
        PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        UniqueConstraint("guild", "number", name=op.f("uq_campaigns_guild_number")),
        ForeignKeyConstraint(["space"], ["spaces.id"], name=op.f("fk_campaigns_space")),
    )
    op.create_table(
        "proposals",
        Column("id", ROW_ID, nullable=False),
        Column("space", ROW_ID, nullable=False),
        Column("guild", BigInteger, nullable=False),
        Column("number", WHOLE, nullable=False),
        Column("author", BigInteger, nullable=False),
        Column("title", TEXT, nullable=False),
        Column("summary", TEXT, nullable=False),
        Column("body", TEXT, nullable=False),
        Column("discussion", TEXT, nullable=False),
        Column("voting", TEXT, nullable=False),
        Column("choices", TEXT, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("submitted_at", BigInteger),
        Column("starts_at", BigInteger),
        Column("ends_at", BigInteger),
        Column("terms", TEXT),
        Column("withdrawn_at", BigInteger),
        Column("opened_at", BigInteger),
        Column("held_reason", TEXT),
        Column("counted_at", BigInteger),
        Column("result", TEXT),
        Column("channel", BigInteger),
        Column("card", BigInteger),
        Column("thread", BigInteger),
        PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        UniqueConstraint("guild", "number", name=op.f("uq_proposals_guild_number")),
        ForeignKeyConstraint(["space"], ["spaces.id"], name=op.f("fk_proposals_space")),
    )
    op.create_index(
        "ix_proposals_uncounted",
        "proposals",
        ["ends_at"],
        sqlite_where=text("counted_at IS NULL"),
        postgresql_where=text("counted_at IS NULL"),
    )
    op.create_index(
        "ix_proposals_unopened",
        "proposals",
        ["starts_at"],
        sqlite_where=text("opened_at IS NULL"),
        postgresql_where=text("opened_at IS NULL"),
    )
    op.create_table(
        "ballots",
        Column("id", ROW_ID, nullable=False),
        Column("proposal", ROW_ID, nullable=False),
        Column("wallet", TEXT, nullable=False),
        Column("member", BigInteger, nullable=False),
        Column("mark", TEXT, nullable=False),
        Column("scores", TEXT, nullable=False),
        Column("power", TEXT, nullable=False),
        Column("cast_at", BigInteger, nullable=False),
        Column("receipt", TEXT, nullable=False),
        Column("counts", Boolean, nullable=False),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_ballots_proposal")),
        PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
    )
    op.create_index(
        "ix_ballots_counting_member",
        "ballots",
        ["proposal", "member"],
        sqlite_where=text("counts"),
        postgresql_where=text("counts"),
    )
    op.create_index(op.f("ix_ballots_proposal_wallet"), "ballots", ["proposal", "wallet"])
    op.create_index(
        "uq_ballots_counting",
        "ballots",
        ["proposal", "wallet"],
        unique=True,
        sqlite_where=text("counts"),
        postgresql_where=text("counts"),
    )
    op.create_table(
        "cards",
        Column("proposal", ROW_ID, autoincrement=False, nullable=False),
        Column("touched_at", BigInteger),
        Column("shown_at", BigInteger),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_cards_proposal")),
        PrimaryKeyConstraint("proposal", name=op.f("pk_cards")),
    )
    op.create_table(
        "milestones",
        Column("campaign", ROW_ID, nullable=False),
        Column("number", WHOLE, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("target", TEXT, nullable=False),
        Column("reached_at", BigInteger),
        Column("reached_by", TEXT),
        ForeignKeyConstraint(["campaign"], ["campaigns.id"], name=op.f("fk_milestones_campaign")),
        PrimaryKeyConstraint("campaign", "number", name=op.f("pk_milestones")),
    )
    op.create_table(
        "powers",
        Column("proposal", ROW_ID, nullable=False),
        Column("wallet", TEXT, nullable=False),
        Column("scale", WHOLE, nullable=False),
        Column("parts", TEXT, nullable=False),
        ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_powers_proposal")),
        PrimaryKeyConstraint("proposal", "wallet", name=op.f("pk_powers")),
    )
