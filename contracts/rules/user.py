"""What the user does, and the page that the user sits in front of."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contracts.program import act, step
from contracts.rules.base import Rules, request_fault
from contracts.strategies import AGENTS, broken_starts, refusals, start_details, state_changes, texts


class UserRules(Rules):
    """The user's side."""

    @precondition(lambda self: self.can("start"))
    @rule(data=st.data(), minimal=st.booleans(), asked=st.booleans())
    def start(self, data: st.DataObject, minimal: bool, asked: bool) -> None:
        """The user asks for an agent, perhaps after asking whether one is there; half of the time one comes at once."""
        user, _ = self.pick(data, "start")
        details = {"minimal": True} if minimal else data.draw(start_details())
        if asked:
            self.play(step("availability", user))
        self.play(step("start", user, **details))
        if data.draw(st.booleans()):
            self.play(act("join", data.draw(st.sampled_from(AGENTS)), user))

    @precondition(lambda self: self.can("start_in_vain") and self.calm() and self.offers("operations", "inject"))
    @rule(data=st.data(), fault=broken_starts())
    def start_in_vain(self, data: st.DataObject, fault: dict[str, object]) -> None:
        """The user asks for an agent, and the desk does not play along; then it is well again."""
        user, _ = self.pick(data, "start_in_vain")
        if any(model.live for model in self.users.values()):  # the streams of others shall not be refused
            fault = {**fault, "operation": "startChat"}
        self.play(step("fault", user, fault={**fault, "count": None}))
        if fault["operation"] == "streamEvents":  # an adapter that falls back to polls shall not get those, either
            self.play(step("fault", user, fault={**fault, "operation": "pollEvents", "count": None}))
        self.play(step("start", user, in_vain=True), step("clear", user))

    @precondition(lambda self: self.can("start_in_vain") and self.calm() and self.offers("operations", "census"))
    @rule(data=st.data(), operation=st.sampled_from(["startChat", "streamEvents"]))
    def cancel_while_connecting(self, data: st.DataObject, operation: str) -> None:
        """The user gives up while the start is under way."""
        user, _ = self.pick(data, "start_in_vain")
        slow = {"kind": "hold", "operation": operation, "count": None}
        self.play(step("fault", user, fault=slow), step("start", user, wait=False, in_vain=True))
        self.play(
            step("await", user, held=True), step("end", user, wait=False), step("clear", user), step("settle", user)
        )

    @precondition(lambda self: self.can("second_start") and self.calm())
    @rule(data=st.data())
    def start_again(self, data: st.DataObject) -> None:
        """A second start comes in the middle of a chat, as from a second window; then the user ends."""
        user = self.pick(data, "second_start")[0]
        self.play(step("start", user, wait=False), step("end", user), step("settle", user), step("end", user))

    @precondition(lambda self: self.can("send"))
    @rule(data=st.data(), text=texts())
    def send(self, data: st.DataObject, text: str) -> None:
        """The user writes."""
        self.play(step("send", self.pick(data, "send")[0], text=text))

    @precondition(lambda self: self.can("send"))
    @rule(data=st.data(), several=st.lists(texts(), min_size=2, max_size=3), status=st.none() | refusals())
    def send_at_once(self, data: st.DataObject, several: list[str], status: int | None) -> None:
        """The user writes several texts without waiting; perhaps the desk refuses the first of them."""
        user = self.pick(data, "send")[0]
        if status is not None:
            self.play(step("fault", user, fault=request_fault("sendMessageToAgent", "status", status=status)))
        self.play(*(step("send", user, text=text, wait=False) for text in several), step("settle", user))

    @precondition(lambda self: self.can("send") and self.calm())
    @rule(data=st.data(), first=texts(), second=texts())
    def send_beside_a_slow_one(self, data: st.DataObject, first: str, second: str) -> None:
        """The desk takes its time over a text, and the user writes on."""
        user = self.pick(data, "send")[0]
        slow = request_fault("sendMessageToAgent", "hold", nth=1, count=1)
        self.play(step("fault", user, fault=slow), step("send", user, text=first, wait=False))
        self.play(step("send", user, text=second, wait=False), step("clear", user), step("settle", user))

    @precondition(lambda self: self.can("send") and self.calm() and self.offers("faults", "rate_limit"))
    @rule(data=st.data(), text=texts(), seconds=st.sampled_from([1.0, 3.0]))
    def send_too_often(self, data: st.DataObject, text: str, seconds: float) -> None:
        """The desk says that there is too much, and when the user may go on (429, Retry-After)."""
        user = self.pick(data, "send")[0]
        limit = request_fault("sendMessageToAgent", "rate_limit", retry_after=seconds)
        self.play(step("fault", user, fault=limit), step("send", user, text=text))
        self.play(step("clear", user), step("advance", seconds=seconds), step("send", user, text=text))

    @precondition(lambda self: self.can("user_typing"))
    @rule(data=st.data(), is_typing=st.booleans())
    def user_types(self, data: st.DataObject, is_typing: bool) -> None:
        """The user starts or stops typing."""
        self.play(step("type", self.pick(data, "user_typing")[0], is_typing=is_typing))

    @precondition(lambda self: self.can("user_typing"))
    @rule(data=st.data())
    def user_reads(self, data: st.DataObject) -> None:
        """The user has read everything."""
        self.play(step("read", self.pick(data, "user_typing")[0]))

    @precondition(lambda self: self.can("state"))
    @rule(data=st.data(), changes=state_changes())
    def state_changes(self, data: st.DataObject, changes: dict[str, str]) -> None:
        """The host's session has expired and is another now, or the user's language has changed."""
        self.play(step("state", self.pick(data, "state")[0], changes=changes))

    @precondition(lambda self: self.can("end"))
    @rule(data=st.data(), again=st.booleans())
    def user_ends(self, data: st.DataObject, again: bool) -> None:
        """The user ends the chat, perhaps twice."""
        user, _ = self.pick(data, "end")
        self.play(*[step("end", user)] * (2 if again else 1))
