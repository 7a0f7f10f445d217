"""How a desk comes back from the store: its contents, its clock, and the script where it stood."""

from __future__ import annotations

from dataclasses import replace

from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError
from mockdesk.core.player import Resumption, ScriptPlayer, put_back
from mockdesk.core.saved import SavedDesk, SavedScript
from mockdesk.core.script import Script, key_of
from mockdesk.core.script_place import TimersToSet
from mockdesk.core.settings import DeskSettings
from mockdesk.scripts import ScriptError, parse_script
from mockdesk.server.scripting import player_for
from mockdesk.store.desk_settings import KeptSettings, read_settings_text
from mockdesk.store.rows import StoredDesk


def not_before(saved: SavedDesk) -> float:
    """Return the time of the newest thing that happened at a desk."""
    return max((one.state.last_activity for one in saved.conversations), default=0.0)


def settings_again(stored: StoredDesk) -> tuple[DeskSettings, list[str]]:
    """Return the settings of a desk, with the script that they name; and what of it could not be brought back."""
    kept = read_settings_text(stored.row.settings)
    if kept.lost:
        return kept.settings, ["its script is a Python function, which is gone; install it again"]
    try:
        return replace(kept.settings, script=_named(kept)), []
    except (DeskError, ScriptError) as error:
        return kept.settings, [f"its script is gone: {error}"]


def _named(kept: KeptSettings) -> Script | None:
    if kept.function is not None:
        return player_for(kept.function).script
    return None if kept.script is None else parse_script(kept.script)


def fill(desk: Desk, stored: StoredDesk, script: Script | None) -> list[str]:
    """Fill an empty desk; ``script`` is the one that its settings name now. Return what is to be said about it."""
    timers = desk.memory.restore(stored.saved)
    said = _install(desk, stored, script, timers)
    desk.memory.settle(stored.saved, timers)
    return said


def _install(desk: Desk, stored: StoredDesk, script: Script | None, timers: TimersToSet) -> list[str]:
    """Let the script go on that was installed last, unless the settings name another one than before."""
    before, installed = read_settings_text(stored.row.settings), stored.saved.script
    names_as_much = (script is not None) == before.names_script or before.lost
    is_as_before = names_as_much and _key_now(script) == key_of(before.script)
    open_ones = sum(not conversation.ended for conversation in desk.conversations())
    if stored.saved.parts is None or not is_as_before:
        if installed is not None:
            put_back(desk, installed)
        desk.install_script(None if script is None else ScriptPlayer(script))
        named = "no script" if script is None else f"script {script.name!r}"
        return [f"{named} is played now; it begins anew in {open_ones} open conversations"] if open_ones else []
    if installed is None:
        return []
    again = _again(installed, script)
    if again is None:
        put_back(desk, installed)
        return [f"script {installed.name!r} is a Python function, which is gone; nobody plays the agents"]
    begun = stored.saved.parts.begun
    resumption = Resumption(installed.before, begun, desk.memory.places(stored.saved), timers)
    desk.install_script(ScriptPlayer(again, resumption))
    if again.play is not None and open_ones:
        return [f"script {again.name!r} is a Python function: it begins anew in {open_ones} open conversations"]
    return []


def _key_now(script: Script | None) -> str | None:
    return None if script is None else script.key


def _again(installed: SavedScript, script: Script | None) -> Script | None:
    if script is not None and script.key == key_of(installed.source) and script.name == installed.name:
        return script
    return None if installed.source is None else parse_script(installed.source)
