"""What the agents do, and the desk itself."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contracts.program import act, step
from contracts.rules.base import Rules
from contracts.strategies import rich_items, texts


class AgentRules(Rules):
    """The agents' side."""

    @precondition(lambda self: self.can("join"))
    @rule(data=st.data(), greeting=st.none() | texts(), offered=st.booleans())
    def join(self, data: st.DataObject, greeting: str | None, offered: bool) -> None:
        """An agent accepts, perhaps after an offer, perhaps with a greeting; beside another it is a conference."""
        user, model = self.pick(data, "join")
        agent = data.draw(st.sampled_from(model.absent()))
        if offered:
            self.play(act("offer", agent, user))
        self.play(act("join", agent, user))
        if greeting is not None:
            self.play(act("say", agent, user, text=greeting))

    @precondition(lambda self: self.can("desk_says"))
    @rule(data=st.data(), text=texts())
    def desk_says(self, data: st.DataObject, text: str) -> None:
        """The desk itself says something: a greeting while nobody has joined, or a notice."""
        self.play(act("say", None, self.pick(data, "desk_says")[0], by="system", text=text))

    @precondition(lambda self: self.can("decline"))
    @rule(data=st.data())
    def offer_declined(self, data: st.DataObject) -> None:
        """An agent is asked and declines; the user waits on."""
        user, model = self.pick(data, "decline")
        agent = data.draw(st.sampled_from(model.absent()))
        self.play(act("offer", agent, user), act("decline", agent, user))

    @precondition(lambda self: self.can("say"))
    @rule(data=st.data(), several=st.lists(texts(), min_size=1, max_size=3))
    def say(self, data: st.DataObject, several: list[str]) -> None:
        """An agent writes."""
        user, model = self.pick(data, "say")
        agent = data.draw(st.sampled_from(model.present))
        self.play(*(act("say", agent, user, text=text) for text in several))

    @precondition(lambda self: self.can("say"))
    @rule(data=st.data(), items=st.lists(rich_items(), min_size=1, max_size=2), text=texts())
    def say_richly(self, data: st.DataObject, items: list[dict[str, str]], text: str) -> None:
        """An agent sends a picture, a link, or something that nobody knows."""
        user, model = self.pick(data, "say")
        self.play(act("say", model.present[0], user, text=text, items=items))

    @precondition(lambda self: self.can("typing"))
    @rule(data=st.data(), typing=st.booleans(), then=st.sampled_from(["nothing", "text", "pause"]))
    def agent_types(self, data: st.DataObject, typing: bool, then: str) -> None:
        """An agent types, or stops; perhaps the text follows, perhaps nothing for a long time."""
        user, model = self.pick(data, "typing")
        agent = data.draw(st.sampled_from(model.present))
        self.play(act("typing", agent, user, typing=typing))
        if then == "text":
            self.play(act("say", agent, user, text="Here is what I typed."))
        elif then == "pause":
            self.play(step("advance", seconds=7.0))

    @precondition(lambda self: self.can("read"))
    @rule(data=st.data())
    def agent_reads(self, data: st.DataObject) -> None:
        """An agent has read everything."""
        user, model = self.pick(data, "read")
        self.play(act("read", model.present[0], user))

    @precondition(lambda self: self.can("transfer"))
    @rule(data=st.data(), declined=st.booleans(), last_words=st.booleans())
    def transfer(self, data: st.DataObject, declined: bool, last_words: bool) -> None:
        """An agent hands over to another, who may decline first; the first may still write."""
        user, model = self.pick(data, "transfer")
        giver, taker = model.present[0], data.draw(st.sampled_from(model.absent()))
        self.play(act("transfer", giver, user, to_agent=taker))
        if declined:
            self.play(act("offer", taker, user), act("decline", taker, user))
            return
        if last_words:
            self.play(act("say", giver, user, text="I hand you over now."))
        self.play(act("join", taker, user))

    @precondition(lambda self: self.can("transfer"))
    @rule(data=st.data(), question=st.none() | texts())
    def transfer_to_the_queue(self, data: st.DataObject, question: str | None) -> None:
        """An agent hands over to whoever comes, and leaves; the user may write to nobody; somebody comes."""
        user, model = self.pick(data, "transfer")
        giver, taker = model.present[0], data.draw(st.sampled_from(model.absent()))
        self.play(act("transfer", giver, user, to_queue="default"), act("leave", giver, user))
        if question is not None:
            self.play(step("send", user, text=question))
        self.play(act("join", taker, user))

    @precondition(lambda self: self.can("leave"))
    @rule(data=st.data(), reason=st.sampled_from(["left", "disconnected"]))
    def leave(self, data: st.DataObject, reason: str) -> None:
        """An agent leaves, or loses the connection; the chat stays open."""
        user, model = self.pick(data, "leave")
        self.play(act("leave", data.draw(st.sampled_from(model.present)), user, reason=reason))

    @precondition(lambda self: self.can("agent_end"))
    @rule(data=st.data(), last_words=st.booleans(), by_desk=st.booleans())
    def agent_ends(self, data: st.DataObject, last_words: bool, by_desk: bool) -> None:
        """An agent ends the chat, or the desk does, perhaps right after a last text."""
        user, model = self.pick(data, "agent_end")
        if last_words:
            self.play(act("say", model.present[0], user, text="Goodbye."))
        self.play(act("end", None, user, by="system") if by_desk else act("end", model.present[0], user))
