"""``mockdesk export`` and ``mockdesk import``: the conversations of a store as JSON lines."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import click

WRONG_USE = 2
STORE = click.option("--store", required=True, metavar="sqlite:PATH", help="The store; no server may be using it.")


@click.command("export")
@STORE
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write into this file.")
@click.option("--with-tokens", is_flag=True, help="Let whoever has a token go on with it after an import.")
def export_store(store: str, out: Path | None, with_tokens: bool) -> None:
    """Write the conversations of a store as JSON lines."""
    from mockdesk.store.errors import StoreError
    from mockdesk.store.exchange import exported
    from mockdesk.store.file import open_to_read

    try:
        path = _path_of(store)
        with closing(open_to_read(path)) as connection:
            lines = exported(path, connection, with_tokens)
            if out is None:
                sys.stdout.writelines(lines)
            else:
                _write(out, lines)
    except StoreError as error:
        _give_up(str(error))
    except OSError as error:
        _give_up(f"{out}: cannot be written: {error.strerror}")


@click.command("import")
@STORE
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def import_store(store: str, file: Path) -> None:
    """Put exported conversations into a store, all or none. It is made if there is none."""
    from mockdesk.store.codec import Mistake
    from mockdesk.store.errors import StoreError
    from mockdesk.store.exchange import read_lines
    from mockdesk.store.file import open_store
    from mockdesk.store.importing import import_all

    try:
        path = _path_of(store)
        with file.open(encoding="utf-8") as lines:
            found = read_lines(lines)
        with closing(open_store(path)) as connection:
            import_all(path, connection, found)
    except Mistake as error:
        _give_up(f"{file}:{error}; nothing was imported")
    except UnicodeDecodeError:
        _give_up(f"{file}: is not UTF-8; nothing was imported")
    except OSError as error:
        _give_up(f"{file}: cannot be read: {error.strerror}")
    except StoreError as error:
        _give_up(str(error))
    click.echo(f"{len(found)} {'conversation' if len(found) == 1 else 'conversations'} imported")


def _path_of(store: str) -> Path:
    from mockdesk.store.errors import StoreError
    from mockdesk.store.file import path_of

    path = path_of(store)
    if path is None:
        raise StoreError("memory: keeps nothing; say sqlite:PATH")
    return path


def _write(out: Path, lines: Iterable[str]) -> None:
    """Write a file that is there whole or not at all, for its owner alone."""
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(lines)
        os.replace(name, out)
    except BaseException:
        os.unlink(name)
        raise


def _give_up(message: str) -> NoReturn:
    click.echo(f"mockdesk: {message}", err=True)
    sys.exit(WRONG_USE)
