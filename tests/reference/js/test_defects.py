"""The suite notices what is wrong with an integration for the browser, and names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reference.js.defects import DEFECTS, Defect
from tests.reference.js.verify import NEEDS_NODE, failed, verified


@pytest.mark.parametrize("defect", DEFECTS, ids=[defect.name for defect in DEFECTS])
def test_a_defect_finds_its_place(defect: Defect, tmp_path: Path) -> None:
    """A defect whose place is gone would be the correct integration, and a survivor by mistake."""
    assert defect.build(tmp_path).read_text(encoding="utf-8")


@NEEDS_NODE
@pytest.mark.all
@pytest.mark.parametrize("defect", DEFECTS, ids=[defect.name for defect in DEFECTS])
def test_a_defect_is_killed(defect: Defect, tmp_path: Path) -> None:
    """What no requirement notices in JavaScript, integrators would ship."""
    code, report, printed = verified(
        defect.build(tmp_path), tmp_path, "--select", defect.kills, "--sequences", "0", "--no-shrink"
    )
    assert code == 1, printed
    assert failed(report) == [defect.kills]
