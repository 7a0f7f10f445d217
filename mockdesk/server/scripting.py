"""Finds scripts: a built-in by name, a file, or a script given as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from mockdesk.core.errors import DeskError, FieldError, InvalidScript, UnknownScript
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.reading import pointer_to, suggestion
from mockdesk.core.script import Script
from mockdesk.scripts import ScriptError, builtin_names, load_builtin, load_script, parse_script

ScriptSource: TypeAlias = "str | Mapping[str, Any] | Script"


def player_for(source: ScriptSource) -> ScriptPlayer:
    """Return a new player of a script: a built-in's name, a path, ``package.module:function``, or the script itself.

    Raises:
        UnknownScript, InvalidScript: there is none, or it has mistakes, each of which is named.
    """
    if isinstance(source, Script):
        return ScriptPlayer(source)
    try:
        return ScriptPlayer(load_script(source) if isinstance(source, str) else _from_data(source))
    except ScriptError as error:
        raise refusal(error) from None


def check_remote(source: Any) -> str | Mapping[str, Any]:
    """Return what came over the network, if it may be loaded: the name of a built-in, or a script as data.

    Raises:
        UnknownScript: a text that is no built-in's name. Paths and Python functions are for this process only.
        InvalidScript: neither a name nor an object.
    """
    if isinstance(source, Mapping):
        return source
    if not isinstance(source, str):
        raise InvalidScript("a script is the name of a built-in, or an object")
    names = builtin_names()
    if source not in names:
        raise UnknownScript(f"there is no script {source!r}; {suggestion(source, names)}")
    return source


def read_remote(text: str) -> Script:
    """Return the script of a file's text (YAML or JSON) that came over the network.

    Raises:
        InvalidScript: it has mistakes, each of which is named with its line.
    """
    try:
        return parse_script(text, "text")
    except ScriptError as error:
        raise refusal(error) from None


def builtin_scripts() -> list[dict[str, str]]:
    """Return name and description of each script that comes with mockdesk."""
    return [{"name": name, "description": load_builtin(name).description} for name in builtin_names()]


def _from_data(data: Mapping[str, Any]) -> Script:
    try:
        return parse_script(json.dumps(data, indent=1), "script")
    except (TypeError, ValueError) as error:
        raise InvalidScript(f"the script is not plain JSON: {error}") from None


def refusal(error: ScriptError) -> DeskError:
    """Return a script's mistakes as a refusal."""
    if all(mistake.key == "(script)" for mistake in error.mistakes):
        return UnknownScript(str(error))
    pointers = [pointer_to("", mistake.key.replace(".", "/")) for mistake in error.mistakes]
    details = [f"{mistake.message}; {mistake.remedy}" for mistake in error.mistakes]
    return InvalidScript(str(error), [FieldError(*each) for each in zip(pointers, details, strict=True)])
