"""What happens between the desk and the adapter, and time."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contracts.program import act, step
from contracts.rules.base import Rules, request_fault
from contracts.strategies import close_codes, refusable, refusals, waits


class WireRules(Rules):
    """The wire and the clock."""

    @precondition(lambda self: self.can("hold"))
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        """Events are under way and do not arrive yet."""
        self.play(step("hold", self.pick(data, "hold")[0]))

    @precondition(lambda self: self.can("release"))
    @rule(data=st.data(), count=st.sampled_from([None, None, 1, 2]))
    def release(self, data: st.DataObject, count: int | None) -> None:
        """Held events arrive, some or all."""
        self.play(step("release", self.pick(data, "release")[0], **({"count": count} if count else {})))

    @precondition(lambda self: self.can("hold") and self.can("say"))
    @rule(data=st.data(), seconds=waits())
    def delay(self, data: st.DataObject, seconds: float) -> None:
        """What an agent does arrives late."""
        user = data.draw(st.sampled_from(sorted(set(self.can("hold")) & set(self.can("say"))) or self.can("hold")))
        present = self.users[user].present
        self.play(step("hold", user))
        if present:
            self.play(act("typing", present[0], user), act("say", present[0], user, text="This takes its time."))
        self.play(step("advance", seconds=seconds), step("release", user))

    @precondition(lambda self: self.can("frame"))
    @rule(data=st.data(), kind=st.sampled_from(["duplicate", "garbage_frame", "unknown_type"]))
    def disturb(self, data: st.DataObject, kind: str) -> None:
        """A frame comes twice, or one that nobody understands comes in between."""
        user, _ = self.pick(data, "frame")
        extra = {"nth": 1, "count": 1, "times": 2} if kind == "duplicate" else {}
        self.play(step("fault", user, fault={"kind": kind, "conversation_id": True, **extra}))

    @precondition(lambda self: self.can("state") and self.calm() and self.offers("operations", "inject"))
    @rule(data=st.data(), refused=refusable(), status=refusals())
    def refuse(self, data: st.DataObject, refused: tuple[str, dict[str, Any]], status: int) -> None:
        """The desk refuses something that the user can do without."""
        user, (operation, call) = self.pick(data, "state")[0], refused
        self.play(step("fault", user, fault=request_fault(operation, "status", status=status)))
        self.play(step(user=user, **call), step("clear", user))

    @precondition(lambda self: self.can("drop"))
    @rule(data=st.data(), code=close_codes(), outage=st.booleans())
    def drop(self, data: st.DataObject, code: int | None, outage: bool) -> None:
        """The stream breaks; perhaps the desk is away for a while."""
        cut: dict[str, Any] = {"outage": outage} if code is None else {"outage": outage, "code": code}
        self.play(step("drop", self.pick(data, "drop")[0], **cut))

    @precondition(lambda self: self.can("drop"))
    @rule(data=st.data(), code=close_codes(), silent=st.sampled_from([False] * 7 + [True]), seconds=waits())
    def break_and_mend(self, data: st.DataObject, code: int | None, silent: bool, seconds: float) -> None:
        """The stream breaks or falls silent, an agent goes on writing, and the desk can be reached again."""
        user, model = self.pick(data, "drop")
        cut: dict[str, Any] = {"silent": True} if silent else {"outage": True, **({"code": code} if code else {})}
        self.play(step("drop", user, **cut))
        if model.present:
            self.play(act("say", model.present[0], user, text="Can you read me?"))
        self.play(step("advance", seconds=seconds), step("restore", user))

    @precondition(lambda self: self.can("restore"))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        """The desk can be reached again."""
        self.play(step("restore", self.pick(data, "restore")[0]))

    @precondition(lambda self: not self.steps or self.steps[-1].do != "advance")
    @rule(seconds=waits())
    def advance(self, seconds: float) -> None:
        """Time goes by."""
        self.play(step("advance", seconds=seconds))
