"""The tables that sync keeps in a local store; revision 0007 makes them. A school's server has others."""

from __future__ import annotations

import sqlalchemy as sa

from storage.columns import StoredText, UtcDateTime

metadata = sa.MetaData()

state = sa.Table(
    "sync_state",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("applying", sa.Boolean(), nullable=False),
    sa.Column("clock_offset_ms", sa.BigInteger(), nullable=False),
)
"""One row. While `applying`, changes come from a server and are not sent back to it."""

accounts = sa.Table(
    "sync_accounts",
    metadata,
    sa.Column("user_id", sa.Uuid(), primary_key=True),
    sa.Column("node_id", sa.Uuid(), nullable=False),
    sa.Column("batch", sa.BigInteger(), nullable=False),
    sa.Column("confirmed_batch", sa.BigInteger(), nullable=False),
    sa.Column("epoch", StoredText(), nullable=True),
    sa.Column("started_at", UtcDateTime(), nullable=True),
    sa.Column("role", StoredText(), nullable=True),
    sa.Column("synced_at", UtcDateTime(), nullable=True),
)
"""Each account that syncs from this store, under a node id of its own; `started_at` is not used any more."""

cursors = sa.Table(
    "sync_cursors",
    metadata,
    sa.Column("user_id", sa.Uuid(), primary_key=True),
    sa.Column("scope_id", sa.Uuid(), primary_key=True),
    sa.Column("seq", sa.BigInteger(), nullable=False),
    sa.Column("complete", sa.Boolean(), nullable=False),
)

outbox = sa.Table(
    "sync_outbox",
    metadata,
    sa.Column("version", sa.Integer(), primary_key=True),
    sa.Column("table_name", StoredText(), nullable=False),
    sa.Column("row_id", sa.Uuid(), nullable=False),
    sa.Column("user_id", sa.Uuid(), nullable=True),
    sa.Column("refused", StoredText(), nullable=True),
)
"""Rows that no server has confirmed as they are now; `refused` says why one will not be sent again unchanged."""
