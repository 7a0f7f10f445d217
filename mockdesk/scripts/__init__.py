"""Agent scripts as files: the loader, the checker, the JSON Schema and the scripts that come with mockdesk.

What a script is stands in :mod:`mockdesk.core.script`; docs/scripts.md tells how to write one.
"""

from mockdesk.scripts.callables import callable_script, load_callable
from mockdesk.scripts.loader import (
    builtin_names,
    builtin_text,
    check_text,
    load_builtin,
    load_script,
    parse_script,
)
from mockdesk.scripts.mistakes import Mistake, ScriptError
from mockdesk.scripts.schema import script_schema
from mockdesk.scripts.watch import Broken, Reloaded, ScriptWatcher

__all__ = [
    "Broken",
    "Mistake",
    "Reloaded",
    "ScriptError",
    "ScriptWatcher",
    "builtin_names",
    "builtin_text",
    "callable_script",
    "check_text",
    "load_builtin",
    "load_callable",
    "load_script",
    "parse_script",
    "script_schema",
]
