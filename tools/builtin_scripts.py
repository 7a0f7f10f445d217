"""mockdesk/scripts/builtin/values.json: what the YAML of each script that comes with the mock says."""

from __future__ import annotations

import json
from pathlib import Path

import mockdesk.scripts
from mockdesk.scripts import builtin_names, builtin_text
from mockdesk.scripts.loader import VALUES
from mockdesk.scripts.nodes import read_document

TARGET = Path(mockdesk.scripts.__file__).parent / "builtin" / VALUES


def document() -> str:
    """Return the whole file."""
    values = {name: read_document(builtin_text(name)).data for name in builtin_names()}
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"
