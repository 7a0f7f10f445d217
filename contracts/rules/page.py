"""What happens to the page in which the adapter runs: it is loaded anew, and its host makes mistakes of its own."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contracts.program import act, step
from contracts.rules.base import Rules
from contracts.strategies import texts

RAISING = ("send_message_to_user", "agent_joined", "agent_typing", "agent_left_chat", "agent_read_messages")
"""Callbacks of the host that may raise without the chat being over."""


class PageRules(Rules):
    """The page's side."""

    @precondition(lambda self: self.can("reload"))
    @rule(data=st.data(), lingering=st.booleans(), meanwhile=st.none() | texts())
    def reload(self, data: st.DataObject, lingering: bool, meanwhile: str | None) -> None:
        """The user loads the page anew; perhaps the agent writes meanwhile, perhaps the old connection lingers."""
        user, model = self.pick(data, "reload")
        self.play(step("unload", user, **({"lingering": True} if lingering else {})))
        if meanwhile is not None:
            self.play(act("say", model.present[0], user, text=meanwhile))
        self.play(step("reload", user))
        model.over = not self.session.host(user).running  # whether a chat is taken up is the adapter's to say (REC-06)

    @precondition(lambda self: self.can("say"))
    @rule(data=st.data(), callback=st.sampled_from(RAISING))
    def host_raises(self, data: st.DataObject, callback: str) -> None:
        """The host fails once over what it is told next."""
        self.play(step("host_raises", self.pick(data, "say")[0], callback=callback))
