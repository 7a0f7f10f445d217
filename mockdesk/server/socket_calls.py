"""Requests that come inside a socket: journalled, struck by the same faults as HTTP requests, never waited for.

A fault that makes a request wait lets the socket's thread go on; what follows is done when the pause is over.
Everything here is called with the desk's lock held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from mockdesk.core.errors import DeskError
from mockdesk.core.faults import Fault
from mockdesk.dialects.seam import Answer, Call, DialectDesk, Finish, Frame, Send
from mockdesk.server import problems
from mockdesk.server.asked import described
from mockdesk.server.holds import Pause
from mockdesk.server.host import DeskHost
from mockdesk.server.request_faults import GARBAGE_BODY, bearable, refusal_of, waiting_of

Reply: TypeAlias = Callable[[Send | Finish], None]
CUT = Finish(None, "an injected fault")


class SocketCall:
    """One request inside a socket. ``reply`` is called once, or never if a fault keeps the answer back."""

    def __init__(self, host: DeskHost, dialect: DialectDesk, call: Call, reply: Reply) -> None:
        self._host = host
        self._dialect = dialect
        self._call = call
        self._reply = reply
        self._early: Answer | None = None
        self._position = 0

    def serve(self) -> None:
        """Note the request, and do it or what a fault makes of it."""
        prepared, host = self._call.prepared, self._host
        data = described(self._call.request, prepared) | {"in_socket": True}
        with host.use():
            self._position = host.records.request(prepared.conversation_id, data)
        with host.use(self._position):
            struck = host.take_request_fault(prepared.operation, prepared.conversation_id, prepared.text)
            fault = bearable(host, struck)
        if fault is None:
            self._answer()
        else:
            _STRIKES[fault.kind](self, fault)

    def _run(self) -> Answer:
        """Do what was prepared; never raises."""
        try:
            with self._host.use(self._position):
                outcome = self._call.prepared.run()
            assert isinstance(outcome, Answer), "inside a socket there are answers only"
            return outcome
        except DeskError as error:
            return self._dialect.refuse(error)
        except Exception as error:
            problems.unexpected(error)
            return self._dialect.refuse(problems.InternalError("the mock failed; its log says why"))

    def _answer(self, answer: Answer | None = None) -> None:
        answer = self._run() if answer is None else answer
        for kind, value in answer.tokens.items():
            self._host.note_credential(kind, value)
        self._note(answer.status)
        self._reply(Send(self._call.reply(answer)))

    def _note(self, status: int | None) -> None:
        told = {"operation": self._call.prepared.operation, "status": status}
        with self._host.use():
            self._host.records.response(self._position, self._call.prepared.conversation_id, told)

    def _take_effect(self, fault: Fault) -> None:
        if fault.after:
            self._early = self._run()

    def _status(self, fault: Fault) -> None:
        self._take_effect(fault)
        refused = self._dialect.refuse(refusal_of(fault))
        self._answer(replace(refused, headers={**refused.headers, **waiting_of(fault)}))

    def _rate_limit(self, fault: Fault) -> None:
        self._answer(self._dialect.refuse(refusal_of(fault)))

    def _wait(self, pause: Pause) -> None:
        """Go on when the pause is over, unless the desk stops."""

        def over() -> None:
            if not pause.is_stopped:
                self._answer(self._early)

        if pause.is_over:
            over()
        else:
            pause.on_end = over

    def _delay(self, fault: Fault) -> None:
        self._wait(self._host.requests.expect_time(self._host.clock, fault.seconds or 0.0))

    def _hold(self, fault: Fault) -> None:
        self._take_effect(fault)
        self._wait(self._host.requests.expect_release(self._call.prepared.conversation_id))

    def _no_answer(self, fault: Fault) -> None:
        self._take_effect(fault)
        self._note(None)

    def _reset(self, fault: Fault) -> None:
        self._take_effect(fault)
        self._note(None)
        self._reply(CUT)

    def _truncated(self, fault: Fault) -> None:
        answer = self._run()
        self._note(answer.status)
        self._reply(Send(tuple(_half(frame) for frame in self._call.reply(answer))))

    def _garbage(self, fault: Fault) -> None:
        self._run()
        self._answer(Answer(200, GARBAGE_BODY))


def _half(frame: Frame) -> Frame:
    return frame[: len(frame) // 2]


_STRIKES: Mapping[str, Callable[[SocketCall, Fault], None]] = MappingProxyType(
    {
        "status": SocketCall._status,
        "rate_limit": SocketCall._rate_limit,
        "delay": SocketCall._delay,
        "hold": SocketCall._hold,
        "no_answer": SocketCall._no_answer,
        "reset": SocketCall._reset,
        "truncated": SocketCall._truncated,
        "garbage": SocketCall._garbage,
    }
)
"""What each kind of request fault does inside a socket."""
