"""A server of each kind: the embedded one always, the scale tier with ``--all``."""

from __future__ import annotations

import pytest

from tests.hard.tiers import EMBEDDED, tiers


@pytest.fixture(params=[pytest.param(one, marks=() if one == EMBEDDED else pytest.mark.all) for one in tiers()])
def tier(request: pytest.FixtureRequest) -> str:
    """The kind of server."""
    return str(request.param)
