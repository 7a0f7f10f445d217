"""What the agent is told of the talk before, in the shapes in which the two generations of the host write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mockdesk
from tests.reference.js.defects import DIST
from tests.reference.js.verify import NEEDS_NODE
from tests.suite.javascript.pages import page_of

pytestmark = NEEDS_NODE


def escalation(**info: Any) -> dict[str, Any]:
    """Return a connect message with this transfer information."""
    item = {"response_type": "connect_to_agent", "transfer_info": info}
    return {"output": {"generic": [item]}, "context": {"global": {"system": {"user_id": "jane"}}}}


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        ("Two charges for one order.", "Two charges for one order."),
        ([{"response_type": "text", "text": "Two charges"}, {"text": "for one order."}], "Two charges\nfor one order."),
        ([{"response_type": "image"}], None),
    ],
)
def test_the_summary_for_the_agent(tmp_path: Path, summary: Any, told: str | None) -> None:
    """The older host writes a text, its successor a list of items."""
    with mockdesk.start() as server:
        how = {"desk_url": server.url, "lane": "node"}
        with page_of(DIST.read_text(encoding="utf-8"), tmp_path, **how) as page:
            page.adapter.start_chat(escalation(summary_message_to_agent=summary), {})
            (conversation,) = server.control().conversations()
            page.adapter.end_chat({})
        assert conversation["context"].get("message_to_agent") == told
