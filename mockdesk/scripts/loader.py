"""Reading scripts: check first, everything at once, then build."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from mockdesk.core.script import Script
from mockdesk.scripts.build import build_builtin, build_script
from mockdesk.scripts.callables import load_callable
from mockdesk.scripts.document import MAXIMUM_BYTES, Document
from mockdesk.scripts.mistakes import Mistake, ScriptError, suggestion

SUFFIXES = (".yaml", ".yml", ".json")
VALUES = "values.json"
"""What the YAML of each script that comes with mockdesk says, so that no YAML is read at a server's start. Made by
``./dev docs``; a test holds both together."""


def check_text(text: str, source: str = "<text>") -> list[Mistake]:
    """Return every mistake of a script, in order of lines; ``source`` is where the text comes from."""
    return _checked(text, source)[1]


def parse_script(text: str, source: str = "<text>") -> Script:
    """Return the script of a YAML (or JSON) text.

    Raises:
        ScriptError: it has mistakes; all of them are named.
    """
    document, mistakes = _checked(text, source)
    if mistakes:
        raise ScriptError(mistakes, source)
    return build_script(document.data, text)


def _checked(text: str, source: str) -> tuple[Document, list[Mistake]]:
    # Here, as most servers play a script that comes with the mock, and PyYAML is slow to load.
    from mockdesk.scripts.meaning import check_meaning, check_steps
    from mockdesk.scripts.nodes import read_document
    from mockdesk.scripts.schema import check_shape

    document = read_document(text)
    if document.data is None and not document.mistakes:
        document.mistake((), f"{source} holds no script", "begin with name: and rules:")
    elif document.data is not None:
        check_shape(document)
        check_meaning(document)
        if not document.mistakes:
            check_steps(document)
    return document, sorted(set(document.mistakes))


def builtin_names() -> list[str]:
    """Return the names of the scripts that come with mockdesk, in alphabetical order."""
    entries = files("mockdesk.scripts").joinpath("builtin").iterdir()
    return sorted(entry.name.removesuffix(".yaml") for entry in entries if entry.name.endswith(".yaml"))


def builtin_text(name: str) -> str:
    """Return the YAML of a script that comes with mockdesk.

    Raises:
        ScriptError: there is none of this name; the nearest one is suggested.
    """
    names = builtin_names()
    if name not in names:
        mistake = Mistake(0, "(script)", f'there is no script "{name}"', suggestion(name, names))
        raise ScriptError([mistake], name)
    return _builtin(f"{name}.yaml")


def _builtin(file_name: str) -> str:
    return files("mockdesk.scripts").joinpath("builtin", file_name).read_text(encoding="utf-8")


def load_builtin(name: str) -> Script:
    """Return a script that comes with mockdesk; touches no other file.

    Raises:
        ScriptError: there is none of this name.
    """
    text = builtin_text(name)
    return build_builtin(json.loads(_builtin(VALUES))[name], text)


def load_script(path_or_name: str | Path) -> Script:
    """Return the script of a file (``.yaml``, ``.yml``, ``.json``), a built-in name, or ``package.module:function``.

    The last one runs code, so never pass on what came over the network: :func:`load_builtin` and :func:`parse_script`
    are for that.

    Raises:
        ScriptError: it cannot be found or read, or has mistakes.
    """
    text = str(path_or_name)
    if isinstance(path_or_name, Path) or text.endswith(SUFFIXES):
        return parse_script(read_text(Path(path_or_name)), text)
    if ":" in text:
        return load_callable(text)
    return load_builtin(text)


def read_text(path: Path) -> str:
    """Return the text of a script's file.

    Raises:
        ScriptError: it cannot be read, is too large, or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
        if len(content) > MAXIMUM_BYTES:
            raise _unreadable(path, f"the file is larger than {MAXIMUM_BYTES} bytes", "split it into several scripts")
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _unreadable(path, "the file is not UTF-8", "save it as UTF-8", line) from error
    except OSError as error:
        raise _unreadable(path, f"the file cannot be read: {error.strerror}", "check the path") from error


def _unreadable(path: Path, message: str, remedy: str, line: int = 0) -> ScriptError:
    return ScriptError([Mistake(line, "(file)", message, remedy)], str(path))
