"""Which files are taken as a store, and how one is opened: what is refused is not changed.

A new store is made beside its place and put there whole. The process that has one open locks it as long as it runs.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from mockdesk.store.errors import StoreError
from mockdesk.store.schema import APPLICATION_ID, CREATE, VERSION

MAGIC = b"SQLite format 3\x00"
HEADER_BYTES = 100
MODE = 0o600
"""The store holds what users said, and texts of tokens: for its owner alone."""


def open_store(path: Path) -> sqlite3.Connection:
    """Open a store for this process alone; make it if there is none. The connection may be used by one thread at a
    time.

    Raises:
        StoreError: it is in use, torn, of a newer version or no store, or cannot be read or written.
    """
    if not path.exists():
        _make(path)
    check(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        connection.close()
        raise told(path, error) from None
    return connection


def path_of(store: str) -> Path | None:
    """Return the path of ``sqlite:PATH``; ``None`` for ``memory``.

    Raises:
        StoreError: it is neither.
    """
    kind, _, rest = store.partition(":")
    if store == "memory":
        return None
    if kind != "sqlite" or not rest:
        raise StoreError(f"{store}: is no store; say memory or sqlite:PATH")
    return Path(rest)


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a store that nobody uses, to read it.

    Raises:
        StoreError: as :func:`open_store`, and there is none.
    """
    if not path.exists():
        raise StoreError(f"{path}: there is no such file")
    check(path)
    return _read_only(path)


def _read_only(path: Path) -> sqlite3.Connection:
    """Open without writing anything. Where there is no log beside it, nobody has it open, and all of it is in the file:
    then SQLite is told so, or it would leave an empty log behind."""
    log = path.with_name(f"{path.name}-wal")
    alone = "" if log.exists() and log.stat().st_size else "&immutable=1"
    uri = f"file:{quote(str(path.absolute()))}?mode=ro{alone}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=0)


def check(path: Path) -> None:
    """Refuse a file that is no store of this version, or is damaged; reads only.

    Raises:
        StoreError: why.
    """
    _check_header(path)
    try:
        with closing(_read_only(path)) as connection:
            problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise told(path, error) from None
    if problem != "ok":
        raise _torn(path)


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}") from None
    if not header:
        raise StoreError(f"{path}: the file is empty, which no store is; remove it, or name another file")
    whole = len(header) == HEADER_BYTES
    if header[: len(MAGIC)] != MAGIC[: len(header)] or (whole and _number(header, 68) != APPLICATION_ID):
        raise StoreError(f"{path}: is no store of mockdesk, and is left as it is; name another file")
    if not whole:
        raise _torn(path)
    version = _number(header, 60)
    if version > VERSION:
        raise StoreError(
            f"{path}: was made by a newer mockdesk (format {version}, this one knows {VERSION}); use that one"
        )


def _number(header: bytes, offset: int) -> int:
    return int.from_bytes(header[offset : offset + 4], "big")


def _torn(path: Path) -> StoreError:
    return StoreError(f"{path}: the store is damaged, and is left as it is; bring back a copy, or name another file")


def told(path: Path, error: Exception) -> StoreError:
    """Return what SQLite says, or the reading of a row, as one line with a remedy."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(f"{path}: is in use by another process; stop that one first, or name another file")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StoreError(f"{path}: cannot be written; check its permissions and those of its directory")
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return StoreError(f"{path}: cannot be written: {error}; make room, then start again")
    return _torn(path)


def _make(path: Path) -> None:
    """Make an empty store. It appears whole or not at all, and never in the place of another file."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
        try:
            with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
                connection.executescript(CREATE)
            os.link(draft, path)
        finally:
            draft.unlink()
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(f"{path}: cannot be made: {error.strerror}; check the directory") from None
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be made: {error}; check the directory") from None
