"""The format of a store's file: SQLite, with an application id and a version in its header."""

from __future__ import annotations

APPLICATION_ID = 0x6D6B6473
"""``mkds``: in the header of each store, so that no other SQLite file is taken for one."""

VERSION = 1

CREATE = f"""
BEGIN;
CREATE TABLE desk (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    clock TEXT NOT NULL,
    parts TEXT NOT NULL,
    script TEXT NOT NULL
);
CREATE TABLE conversation (
    number INTEGER PRIMARY KEY,
    desk INTEGER NOT NULL,
    beginning TEXT NOT NULL,
    context TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX conversation_desk ON conversation (desk);
CREATE TABLE event (
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    time REAL NOT NULL,
    type TEXT NOT NULL,
    data TEXT,
    PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;
CREATE TABLE message (
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;
CREATE TABLE change (
    conversation INTEGER NOT NULL,
    place INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (conversation, place)
) WITHOUT ROWID;
CREATE TABLE file (
    conversation INTEGER NOT NULL,
    place INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT,
    content BLOB NOT NULL,
    PRIMARY KEY (conversation, place)
);
CREATE TABLE token (
    desk INTEGER NOT NULL,
    digest BLOB NOT NULL,
    expires_at REAL NOT NULL,
    conversation TEXT,
    user TEXT,
    PRIMARY KEY (desk, digest)
) WITHOUT ROWID;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
COMMIT;
"""
"""``script`` is ``null`` where none is installed. A message is kept under the position of its event, which then has no
data. ``digest`` is the SHA-256 of a token; texts of tokens are only in beginnings that can come again."""
