"""The commands of docs/scale.md run, and show what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.walk import walk


@pytest.mark.all
def test_scale(tmp_path: Path) -> None:
    """Whoever needs the scale tier starts with this page."""
    said = walk("docs/scale.md", tmp_path)
    assert said.count('"Is anybody there?"') == 3, "the message's answer, the user's event and the echo"
    assert "verdict: conformant" in said
