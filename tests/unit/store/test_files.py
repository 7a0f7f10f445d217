"""Which files are taken as a store. A refusal is one line with a remedy, and not a byte of the file is changed."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings, MessageDraft, StartRequest
from mockdesk.store.batch import SavedClock
from mockdesk.store.desk_settings import settings_text
from mockdesk.store.errors import StoreError
from mockdesk.store.file import open_store, open_to_read, path_of
from mockdesk.store.recorder import DeskRecorder
from mockdesk.store.rows import read_desks, write
from mockdesk.store.schema import APPLICATION_ID, VERSION


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store may be."""
    return tmp_path / "desk.db"


def fill(path: Path, conversations: int = 30) -> None:
    """Make a store with something in it."""
    desk = Desk(DeskSettings(seed=1), VirtualClock())
    desk.memory.watch()
    for number in range(conversations):
        one = desk.start(StartRequest(f"u{number}")).conversation.id
        desk.send(one, MessageDraft("x" * 400))
    recorder = DeskRecorder(1, "", settings_text(desk.settings, None), count(1))
    with closing(open_store(path)) as connection:
        write(connection, [recorder.take(desk, SavedClock("virtual", desk.clock.now()))])


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each file but SQLite's index of the log, which only helps readers."""
    files = (one for one in folder.iterdir() if one.is_file() and not one.name.endswith("-shm"))
    return {one.name: sha256(one.read_bytes()).hexdigest() for one in files}


def refusal(path: Path, open_it: Callable[[Path], sqlite3.Connection] = open_store) -> str:
    """Return why a file is refused, after a look that nothing has changed."""
    before = digests(path.parent)
    with pytest.raises(StoreError) as caught:
        open_it(path).close()
    assert digests(path.parent) == before
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def test_a_new_store_is_for_its_owner_alone(path: Path) -> None:
    """It holds what users said, and texts of tokens."""
    before = os.umask(0)
    try:
        fill(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir() if not one.name.startswith("desk.db")] == []
    header = path.read_bytes()[:100]
    assert (int.from_bytes(header[68:72], "big"), int.from_bytes(header[60:64], "big")) == (APPLICATION_ID, VERSION)


def test_what_was_written_is_there_again(path: Path) -> None:
    """The plain case, over the file."""
    fill(path)
    with closing(open_store(path)) as connection:
        found = read_desks(path, connection)
    assert [len(desk.saved.conversations) for desk in found] == [30]


@pytest.mark.parametrize(
    "content", [b"hello, I am a letter\n" * 20, b"\x00" * 4096, b"SQLite format 2\x00" + b"x" * 200]
)
def test_a_foreign_file(path: Path, content: bytes) -> None:
    """A typing mistake in a path must not cost somebody a file."""
    path.write_bytes(content)
    assert refusal(path) == "is no store of mockdesk, and is left as it is; name another file"


def test_a_foreign_database(path: Path) -> None:
    """Other programs use SQLite, too."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE desk (id)")
        other.commit()
    assert "is no store of mockdesk" in refusal(path)


def test_a_newer_store(path: Path) -> None:
    """What a later version has written is not for an earlier one to guess at."""
    fill(path)
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    assert f"newer mockdesk (format {VERSION + 1}, this one knows {VERSION})" in refusal(path)


def test_an_empty_file(path: Path) -> None:
    """It may be what is left of a store."""
    path.touch()
    assert "the file is empty" in refusal(path)


@pytest.mark.parametrize("kept", [50, 1000, 4096, 20_000])
def test_a_torn_store(path: Path, kept: int) -> None:
    """Half a store is none; a copy may be somewhere."""
    fill(path)
    os.truncate(path, kept)
    assert refusal(path) == "the store is damaged, and is left as it is; bring back a copy, or name another file"


def test_a_page_that_was_overwritten(path: Path) -> None:
    """Damage in the middle is found before anything is served."""
    fill(path)
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xa5" * 8192)
    assert "damaged" in refusal(path)


def test_a_row_that_nobody_can_read(path: Path) -> None:
    """A whole file with a broken value is damaged, too."""
    fill(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE conversation SET state = '{' WHERE number = 3")
        other.commit()
    with closing(open_store(path)) as connection, pytest.raises(StoreError, match="damaged"):
        read_desks(path, connection)


@pytest.mark.parametrize("open_it", [open_store, open_to_read])
def test_a_store_in_use(path: Path, open_it: Callable[[Path], sqlite3.Connection]) -> None:
    """Two servers in one store would tell two stories."""
    fill(path)
    with closing(open_store(path)):
        assert refusal(path, open_it) == "is in use by another process; stop that one first, or name another file"
    open_it(path).close()


def test_a_directory_and_a_place_where_nothing_can_be(tmp_path: Path) -> None:
    """The system's refusals are told with the path."""
    assert "cannot be read" in refusal(tmp_path)
    with pytest.raises(StoreError, match="cannot be made"):
        open_store(tmp_path / "none" / "desk.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_store_that_cannot_be_written(path: Path) -> None:
    """It is said at the start, not at the first message."""
    fill(path)
    path.chmod(0o400)
    assert "cannot be written" in refusal(path)


def test_there_is_nothing_to_read(path: Path) -> None:
    """An export makes no store."""
    with pytest.raises(StoreError, match="there is no such file"):
        open_to_read(path)
    assert not path.exists()


def test_how_a_store_is_named() -> None:
    """The kind stands in front, so that others can come."""
    assert path_of("memory") is None
    assert path_of("sqlite:a/b.db") == Path("a/b.db")
    for wrong in ("desk.db", "sqlite:", "postgres:x", "memory:x"):
        with pytest.raises(StoreError, match="say memory or sqlite:PATH"):
            path_of(wrong)
