"""The settings of a desk as JSON, and the script that they name."""

from __future__ import annotations

from dataclasses import replace

from mockdesk.core.script import Script
from mockdesk.core.settings import DeskSettings
from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.store.codec import dump, load


@lazy_dataclass(frozen=True)
class KeptSettings:
    """Settings that were kept. ``script`` is the one that they name, as a text; ``function`` the name of a Python
    function, where they name one as ``package.module:function``; ``lost``: it was given as an object, which is gone."""

    settings: DeskSettings
    script: str | None = None
    function: str | None = None
    lost: bool = False

    @property
    def names_script(self) -> bool:
        """Whether they named a script."""
        return self.script is not None or self.function is not None or self.lost


def settings_text(settings: DeskSettings, script: Script | None) -> str:
    """Return settings as JSON; ``script`` is what their script was found to be."""
    source = None if script is None else script.source
    named = settings.script if isinstance(settings.script, str) and source is None else None
    lost = script is not None and source is None and named is None
    return dump(KeptSettings(replace(settings, script=None), source, named, lost))


def read_settings_text(text: str) -> KeptSettings:
    """Return settings that were kept; those themselves name no script."""
    return load(text, KeptSettings)
