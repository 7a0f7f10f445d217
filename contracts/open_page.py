"""Opening a page: an adapter is built, with a host's callback and a clock that die with the page (contracts.page)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from contracts.capabilities import FUNCTIONS
from contracts.frozen import freeze
from contracts.host import Host
from contracts.host_callback import HostCallback
from contracts.lanes.supervised import SubjectCrashed, Supervised
from contracts.messages import described
from contracts.page import Page
from contracts.smoke import Miswired
from contracts.timing import Kind
from contracts.trace import Side

if TYPE_CHECKING:
    from contracts.session import Session


def open_page(session: Session, host: Host, persisted_state: Mapping[str, Any] | None) -> None:
    """Build an adapter for a user, with what an earlier page left.

    Raises:
        Miswired: the factory raised, or an adapter's process broke the protocol.
        SubjectCrashed: an adapter's process did not shake hands.
    """
    page = Page(session.clock)
    session.pages.append(page)
    adapter = _build(session, host, page, {} if persisted_state is None else {"persisted_state": persisted_state})
    host.adapter, host.page = adapter, page
    if isinstance(adapter, Supervised):
        adapter.listen(partial(_told, session, host))
    functions = [name for name in FUNCTIONS if callable(getattr(adapter, name, None))]
    session.recorder.add(Side.HOST, "constructed", user=host.user, chat=host.chat, functions=functions)


def _build(session: Session, host: Host, page: Page, more: Mapping[str, Any]) -> Any:
    frozen = {name: freeze(described(value)) for name, value in more.items()}
    try:
        return session.lane.invoke(
            session.subject.factory,
            session.desk["desk_url"],
            HostCallback(host, page),
            clock=page.clock,
            options=_options(session, host, page),
            **frozen,
        )
    except (SubjectCrashed, Miswired):
        raise
    except Exception as error:
        raise Miswired(f"the factory raised {type(error).__name__}: {error}") from error


def _options(session: Session, host: Host, page: Page) -> dict[str, Any]:
    options = {
        **session.desk.get("options", {}),
        "token_store": host.tokens,
        **session.subject.options,
        "timeout_scale": session.patience.scale,
        **({"time_scale": 1.0 / session.time.speed} if session.time.kind is Kind.SCALED else {}),
    }
    if session.subject.annotate is not None:
        options["recorder"] = page.guarded(partial(session.record_wire, host.user))
    return options


def _told(session: Session, host: Host, kind: str, text: str) -> None:
    """Take into the trace what an adapter's process tells of itself."""
    unhandled = {"error": text, "thread": "the adapter's process"}
    data: dict[str, Any] = unhandled if kind == "unhandled" else {"line": text}
    session.recorder.add(Side.SUITE, kind, user=host.user, chat=host.chat, **data)
