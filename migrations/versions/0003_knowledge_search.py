"""Full-text search in the knowledge base, kept true by the database itself whoever writes to it.

SQLite gets a contentless FTS5 table and triggers. Its rows are numbered by a table of ours, because SQLite may
renumber the hidden rowids of `knowledge_base` whenever it copies the file; that table also repeats whom a passage is
for, so that thousands of hits are narrowed down without reading their texts. PostgreSQL gets a generated column.
Both index the words of the title and source, of the headings, and of the text, with Porter's stemming for English.

A later revision that copies `knowledge_base` (batch mode on SQLite does) has to make the triggers again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SCOPE = "entry_id, organization_id, class_id, challenge_id, audience"
_CHANGING = "organization_id, class_id, challenge_id, text, metadata"
_SIGNS = "/_.-"  # elsewhere PostgreSQL's parser takes them for paths, hosts and compound words
_ACCENTED = "áàâãäåéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÅÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑ"
_PLAIN = "aaaaaaeeeeiiiiooooouuuucnAAAAAAEEEEIIIIOOOOOUUUUCN"


def upgrade() -> None:
    """Make the index and fill it with the passages that are there."""
    if op.get_bind().dialect.name == "postgresql":
        _generated_column()
    else:
        _fts5()


def downgrade() -> None:
    """Refuse, as the earlier revisions do: an older program opens the backup made before the upgrade."""
    raise NotImplementedError("Go back to the backup made before the upgrade.")


def _generated_column() -> None:
    title = "coalesce(metadata ->> 'title', '') || ' ' || coalesce(metadata ->> 'source', '')"
    headings = "coalesce(metadata ->> 'headings', '')"
    op.execute(
        "ALTER TABLE knowledge_base ADD COLUMN search tsvector GENERATED ALWAYS AS ("
        f"setweight({_vector(title)}, 'A') || setweight({_vector(headings)}, 'B') || {_vector('text')}) STORED"
    )
    op.create_index("ix_knowledge_base_search", "knowledge_base", ["search"], postgresql_using="gin")


def _vector(text: str) -> str:
    """Split as FTS5 does: at every sign that is no letter or digit, and without regard to accents."""
    return f"to_tsvector('english', translate({text}, '{_SIGNS}{_ACCENTED}', '{' ' * len(_SIGNS)}{_PLAIN}'))"


def _fts5() -> None:
    op.create_table(
        "knowledge_index",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid()),
        sa.Column("challenge_id", sa.Uuid()),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row", name="pk_knowledge_index"),
        sa.UniqueConstraint("entry_id", name="uq_knowledge_index_entry_id"),
    )
    op.execute(
        "CREATE VIRTUAL TABLE knowledge_search USING fts5("
        "title, headings, text, content='', tokenize='porter unicode61 remove_diacritics 2')"
    )
    op.execute(f"INSERT INTO knowledge_index ({_SCOPE}) SELECT {_scope('k')} FROM knowledge_base k")  # noqa: S608
    op.execute(
        f"INSERT INTO knowledge_search (rowid, title, headings, text) SELECT i.row, {_words('k')} "  # noqa: S608 - constants
        "FROM knowledge_index i JOIN knowledge_base k ON k.id = i.entry_id"
    )
    _triggers()


def _triggers() -> None:
    add = (
        f"INSERT INTO knowledge_index ({_SCOPE}) VALUES ({_scope('new')}); "  # noqa: S608 - constants
        "INSERT INTO knowledge_search (rowid, title, headings, text)"
        f" SELECT row, {_words('new')} FROM knowledge_index WHERE entry_id = new.id; "
    )
    take_out = (
        "INSERT INTO knowledge_search (knowledge_search, rowid, title, headings, text)"  # noqa: S608 - constants
        f" SELECT 'delete', row, {_words('old')} FROM knowledge_index WHERE entry_id = old.id; "
        "DELETE FROM knowledge_index WHERE entry_id = old.id; "
    )
    for name, event, steps in (
        ("knowledge_added", "AFTER INSERT", add),
        ("knowledge_removed", "AFTER DELETE", take_out),
        ("knowledge_changed", f"AFTER UPDATE OF id, {_CHANGING}", take_out + add),
    ):
        op.execute(f"CREATE TRIGGER {name} {event} ON knowledge_base BEGIN {steps}END")


def _scope(row: str) -> str:
    audience = f"coalesce(json_extract({_metadata(row)}, '$.audience'), 'students')"
    return f"{row}.id, {row}.organization_id, {row}.class_id, {row}.challenge_id, {audience}"


def _words(row: str) -> str:
    """Name the three indexed values of a row."""
    title, source, headings = (
        f"coalesce(json_extract({_metadata(row)}, '$.{key}'), '')" for key in ("title", "source", "headings")
    )
    return f"{title} || ' ' || {source}, {headings}, {row}.text"


def _metadata(row: str) -> str:
    """Name the metadata of a row; what is no JSON, which only a foreign hand writes, says nothing."""
    return f"CASE WHEN json_valid({row}.metadata) THEN {row}.metadata END"
