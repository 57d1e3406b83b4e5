"""The tables, and how a database of an earlier version becomes one of today."""

from __future__ import annotations

import re
import sqlite3
from functools import cache

from glmchat.history.connection import transaction

# "glmc": tells our file from any other SQLite database.
APPLICATION_ID = 0x676C6D63

_V1: tuple[str, ...] = (
    # shelf: 0 in the list, 1 in the bin, 2 coming in (an import that is not finished).
    """
    CREATE TABLE sessions (
      id INTEGER PRIMARY KEY,
      title TEXT NOT NULL DEFAULT '',
      title_folded TEXT NOT NULL DEFAULT '',
      title_source TEXT NOT NULL DEFAULT 'first_message',
      created REAL NOT NULL,
      updated REAL NOT NULL,
      shelf INTEGER NOT NULL DEFAULT 0,
      deleted_at REAL,
      pinned INTEGER NOT NULL DEFAULT 0,
      unread INTEGER NOT NULL DEFAULT 0,
      model TEXT,
      provider TEXT,
      leaf_id INTEGER,
      tags TEXT NOT NULL DEFAULT '[]',
      origin TEXT,
      origin_id TEXT,
      import_id INTEGER,
      scroll TEXT,
      choices TEXT NOT NULL DEFAULT '{}',
      system TEXT
    )""",
    # The title stands at the end so that a filter on it reads this index alone.
    "CREATE INDEX sessions_in_order ON sessions (shelf, pinned DESC, updated DESC, id DESC, title_folded)",
    "CREATE UNIQUE INDEX sessions_by_origin ON sessions (origin, origin_id) WHERE origin IS NOT NULL",
    "CREATE INDEX sessions_coming_in ON sessions (import_id) WHERE import_id IS NOT NULL",
    # seq: the message's place in time (see glmchat.history.messages), also the row of its text and in the index.
    # Only what filters and the tree need, so that a scan of a million rows stays quick.
    """
    CREATE TABLE messages (
      seq INTEGER PRIMARY KEY,
      id INTEGER NOT NULL UNIQUE,
      session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
      parent_id INTEGER,
      role TEXT NOT NULL,
      state TEXT NOT NULL,
      size INTEGER NOT NULL DEFAULT 0,
      created_at REAL NOT NULL,
      saved_at REAL NOT NULL,
      deleted_at REAL,
      attempt INTEGER NOT NULL DEFAULT 0,
      indexed INTEGER NOT NULL DEFAULT 0,
      owner INTEGER,
      finish_reason TEXT,
      model TEXT,
      provider TEXT,
      cost REAL,
      currency TEXT
    )""",
    "CREATE INDEX messages_of_session ON messages (session_id, seq)",
    "CREATE INDEX messages_streaming ON messages (seq) WHERE state = 'streaming'",
    "CREATE INDEX messages_to_index ON messages (seq) WHERE indexed = 0",
    """
    CREATE TABLE texts (
      seq INTEGER PRIMARY KEY REFERENCES messages (seq) ON DELETE CASCADE,
      content TEXT NOT NULL DEFAULT '',
      reasoning TEXT NOT NULL DEFAULT ''
    )""",
    # What one message alone has, as JSON by the names of conversation.Message.
    """
    CREATE TABLE details (
      seq INTEGER PRIMARY KEY REFERENCES messages (seq) ON DELETE CASCADE,
      facts TEXT NOT NULL DEFAULT '{}',
      system_id INTEGER REFERENCES shared (id),
      sent_id INTEGER REFERENCES shared (id)
    )""",
    "CREATE INDEX details_by_system ON details (system_id) WHERE system_id IS NOT NULL",
    "CREATE INDEX details_by_sent ON details (sent_id) WHERE sent_id IS NOT NULL",
    "CREATE TABLE logprobs (seq INTEGER PRIMARY KEY REFERENCES messages (seq) ON DELETE CASCADE, value TEXT NOT NULL)",
    # System prompts and request bodies, which many messages have in common.
    "CREATE TABLE shared (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, text TEXT NOT NULL)",
    # What a streaming reply gained since it was last whole in texts.
    """
    CREATE TABLE parts (
      seq INTEGER NOT NULL REFERENCES messages (seq) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      content TEXT NOT NULL,
      reasoning TEXT NOT NULL,
      PRIMARY KEY (seq, number)
    ) WITHOUT ROWID""",
    # Newest first within a name: "temperature > 0.9" reads this and nothing else.
    """
    CREATE TABLE message_values (
      name TEXT NOT NULL,
      seq INTEGER NOT NULL REFERENCES messages (seq) ON DELETE CASCADE,
      value NOT NULL,
      PRIMARY KEY (name, seq)
    ) WITHOUT ROWID""",
    "CREATE INDEX values_of_message ON message_values (seq)",
    # No positions (detail=none): a third of the size; candidates are checked against the text.
    """
    CREATE VIRTUAL TABLE search_content USING fts5 (
      content, content='', tokenize='trigram', detail='none', columnsize=0)""",
    """
    CREATE VIRTUAL TABLE search_reasoning USING fts5 (
      reasoning, content='', tokenize='trigram', detail='none', columnsize=0)""",
    "CREATE VIRTUAL TABLE terms_content USING fts5vocab (search_content, instance)",
    "CREATE VIRTUAL TABLE terms_reasoning USING fts5vocab (search_reasoning, instance)",
    "CREATE TABLE drafts (session_id INTEGER PRIMARY KEY, text TEXT NOT NULL, updated REAL NOT NULL)",
    "CREATE TABLE prompts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, used REAL NOT NULL)",
    "CREATE INDEX prompts_by_use ON prompts (used)",
    "CREATE TABLE learned (endpoint TEXT PRIMARY KEY, facts TEXT NOT NULL, updated REAL NOT NULL)",
    "CREATE TABLE models (endpoint TEXT PRIMARY KEY, list TEXT NOT NULL, fetched REAL NOT NULL)",
    # The processes that have this database open, and which sessions they show.
    """
    CREATE TABLE processes (
      id INTEGER PRIMARY KEY,
      machine TEXT NOT NULL,
      pid INTEGER NOT NULL,
      started TEXT NOT NULL,
      opened REAL NOT NULL
    )""",
    """
    CREATE TABLE presence (
      process_id INTEGER NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
      session_id INTEGER NOT NULL,
      PRIMARY KEY (process_id, session_id)
    ) WITHOUT ROWID""",
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

_V2: tuple[str, ...] = (
    # Where the session was held, which its provider's name alone does not tell; NULL where nobody knows.
    "ALTER TABLE sessions ADD COLUMN base_url TEXT",
    # The names of parameters that the session does not send whatever the config says, as JSON.
    "ALTER TABLE sessions ADD COLUMN unset TEXT NOT NULL DEFAULT '[]'",
)

_INSIGNIFICANT = re.compile(r"[\s'\"`\[\]]+")

_V3: tuple[str, ...] = (
    # The order in which something was said in sessions, which a clock that is put back does not change.
    "ALTER TABLE sessions ADD COLUMN said INTEGER NOT NULL DEFAULT 0",
    "UPDATE sessions SET said = n FROM (SELECT id AS of, row_number() OVER (ORDER BY updated, id) AS n FROM sessions)"
    " WHERE id = of",
    "CREATE INDEX sessions_by_said ON sessions (said DESC, updated DESC)",
)

_V4: tuple[str, ...] = (
    # What is attached to messages: text here; a picture in a file beside the database, and here where there is none.
    """
    CREATE TABLE contents (
      id INTEGER PRIMARY KEY,
      digest TEXT NOT NULL UNIQUE,
      size INTEGER NOT NULL,
      text TEXT,
      data BLOB
    )""",
    """
    CREATE TABLE attachments (
      seq INTEGER NOT NULL REFERENCES messages (seq) ON DELETE CASCADE,
      place INTEGER NOT NULL,
      content_id INTEGER NOT NULL REFERENCES contents (id),
      name TEXT NOT NULL,
      PRIMARY KEY (seq, place)
    ) WITHOUT ROWID""",
    "CREATE INDEX attachments_by_content ON attachments (content_id)",
)

_V5: tuple[str, ...] = (
    # What sessions cost that were removed for good: sums, so that a day's budget still knows of them.
    """
    CREATE TABLE purged_costs (
      hour INTEGER NOT NULL,
      model TEXT NOT NULL,
      provider TEXT NOT NULL,
      currency TEXT NOT NULL,
      amount REAL NOT NULL,
      replies INTEGER NOT NULL,
      PRIMARY KEY (hour, model, provider, currency)
    ) WITHOUT ROWID""",
)

_V6: tuple[str, ...] = (
    "ALTER TABLE sessions ADD COLUMN forked INTEGER NOT NULL DEFAULT 0",
    # What is attached to a draft: the names of files, as JSON.
    "ALTER TABLE drafts ADD COLUMN attached TEXT NOT NULL DEFAULT '[]'",
)

_V7: tuple[str, ...] = (
    # What was paid for a session beside its messages, such as for its title.
    """
    CREATE TABLE costs_apart (
      session_id INTEGER NOT NULL,
      currency TEXT NOT NULL,
      amount REAL NOT NULL,
      PRIMARY KEY (session_id, currency)
    ) WITHOUT ROWID""",
)

# One entry per released version: the statements that lead to it from the one before.
MIGRATIONS: tuple[tuple[str, ...], ...] = (_V1, _V2, _V3, _V4, _V5, _V6, _V7)


class NewerSchemaError(Exception):
    """The database was written by a newer glmchat."""


class ForeignDatabaseError(Exception):
    """The file is a SQLite database, but not one of ours."""


def version(connection: sqlite3.Connection) -> int:
    """The schema version of an open database; 0 for one that is empty."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check(connection: sqlite3.Connection, migrations: tuple[tuple[str, ...], ...] = MIGRATIONS) -> bool:
    """Whether the database needs no migration; raises NewerSchemaError or ForeignDatabaseError."""
    found = version(connection)
    if found > len(migrations):
        raise NewerSchemaError(found)
    ours = connection.execute("PRAGMA application_id").fetchone()[0]
    if ours != APPLICATION_ID and not is_empty(connection):
        raise ForeignDatabaseError
    return found == len(migrations)


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether there is no table in a database, as in a file of no bytes."""
    return connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is None


def differences(connection: sqlite3.Connection) -> list[str]:
    """What stands in a database that its version did not make, or is missing or changed, in sentences.

    A trigger or a view from elsewhere would run with the next thing that is said.
    """
    there, ours = _shape(connection), _made(version(connection))
    out = []
    for key in sorted({*there, *ours}):
        kind, name = key
        if key not in ours:
            article = "an" if kind == "index" else "a"
            out.append(f"It has {article} {kind} that glmchat did not make: {name}.")
        elif key not in there:
            out.append(f"The {kind} {name} is missing.")
        elif there[key] != ours[key]:
            out.append(f"The {kind} {name} is not as glmchat makes it.")
    return out


def _shape(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """What a database is made of; spaces and quotes in a statement depend on SQLite's version and are left out."""
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_schema").fetchall()
    # Statistics are SQLite's own, and whoever asked for them did no harm.
    return {
        (str(kind), str(name)): _INSIGNIFICANT.sub("", str(sql))
        for kind, name, sql in rows
        if not (kind == "table" and str(name).startswith("sqlite_stat"))
    }


@cache
def _made(version: int) -> dict[tuple[str, str], str]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(connection, MIGRATIONS[:version])
        return _shape(connection)
    finally:
        connection.close()


def migrate(connection: sqlite3.Connection, migrations: tuple[tuple[str, ...], ...] = MIGRATIONS) -> None:
    """Bring the database to today's version, all of it or nothing; raises NewerSchemaError or ForeignDatabaseError."""
    if check(connection, migrations):
        return
    with transaction(connection):
        # Another process may have been quicker.
        for number in range(version(connection), len(migrations)):
            for statement in migrations[number]:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
