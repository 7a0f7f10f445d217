"""The later additions of the host's interface: files, and sharing the screen."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contracts.program import act, step
from contracts.rules.base import Rules
from contracts.strategies import files, texts

ANSWERS = ("accepted", "declined", "cancelled", "late", "never")
"""How a user may take a request for the screen; late: after the agent has written once more."""


class ExtraRules(Rules):
    """Files and screens, where the adapter has functions for them."""

    def can_with(self, word: str, function: str) -> list[str]:
        """Return the users for whom a step makes sense and whose adapter has a function."""
        return [user for user in self.can(word) if self.session.host(user).has(function)]

    @precondition(lambda self: self.can_with("extra", "files_selected_for_upload"))
    @rule(data=st.data(), chosen=st.lists(files(), min_size=1, max_size=2), text=st.just("") | texts())
    def send_files(self, data: st.DataObject, chosen: list[dict[str, Any]], text: str) -> None:
        """The user chooses files, perhaps thinks better of it, perhaps sends them; the desk may decide about them."""
        user = data.draw(st.sampled_from(self.can_with("extra", "files_selected_for_upload")))
        own = [{**one, "id": f"{user}-f{len(self.steps)}-{place}"} for place, one in enumerate(chosen)]
        self.play(step("select_files", user, files=own))
        if not data.draw(st.booleans()):
            return
        self.play(step("send", user, text=text, files=own))
        if self.offers("actions", "set_file_state") and data.draw(st.booleans()):
            state = data.draw(st.sampled_from(["accepted", "rejected"]))
            self.play(act("set_file_state", None, user, file=own[0]["name"], state=state))

    @precondition(lambda self: self.can_with("extra", "screen_share_stop") and self.offers("actions", "request_screen"))
    @rule(data=st.data(), answer=st.sampled_from(ANSWERS), stops=st.sampled_from(["user", "agent"]))
    def share_the_screen(self, data: st.DataObject, answer: str, stops: str) -> None:
        """An agent asks to see the user's screen; in the end nothing is shared any more."""
        user = data.draw(st.sampled_from(self.can_with("extra", "screen_share_stop")))
        agent, waits = self.users[user].present[0], answer in ("late", "never")
        self.play(step("screen_share", user, answer="wait" if waits else answer), act("request_screen", agent, user))
        if waits:
            self.play(act("say", agent, user, text="It is the button on the right."))
        if answer == "late":
            self.play(step("answer_screen_share", user, answer="accepted"))
        if answer in ("accepted", "late") and stops == "user":
            self.play(act("say", agent, user, text="I see your screen."), step("stop_sharing", user))
        elif answer not in ("declined", "cancelled"):
            self.play(act("end_screen", agent, user))
