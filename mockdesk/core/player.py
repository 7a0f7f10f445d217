"""Plays a script in every conversation of a desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

from mockdesk.core.agents import RosterAgent
from mockdesk.core.conversation import Conversation
from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError
from mockdesk.core.events import AgentJoined, ConversationEndedEvent, Event
from mockdesk.core.happenings import Happening, Removed, Started, UserRead, UserSent, UserTyped
from mockdesk.core.script import Script
from mockdesk.core.script_chat import Chat
from mockdesk.core.script_playing import Playing
from mockdesk.core.settings import QueueSettings


class ScriptPlayer:
    """Plays one script: ``desk.install_script(ScriptPlayer(script))``.

    While it is installed, the script's agents are on the roster and its queues are set. Conversations that are open
    already are taken up at the next thing that happens in them. Random waits come from the desk's seed, else from the
    script's, and depend on the order of the conversations only.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self._attached = False
        self._playing: dict[str, Playing] = {}
        self._begun = 0

    def attach(self, desk: Desk) -> Callable[[], None]:
        """Begin to play; return the function that stops it.

        Stopping gives up every timer. Agents are as before then, but one who is in a conversation stays there, offline;
        queues are as the desk's settings say.

        Raises:
            RuntimeError: it plays already.
            LimitReached: the desk has no room for its agents or queues.
        """
        if self._attached:
            raise RuntimeError("a player plays at one desk at a time")
        self._attached = True
        roster = {agent.id: agent for agent in desk.agents()}
        try:
            self._bring(desk)
        except DeskError:
            self._take_back(desk, roster)
            raise
        for conversation in desk.conversations():
            if not conversation.ended:
                self._take_up(desk, conversation).restart_idleness()
        stops = (desk.observe(partial(self._happened, desk)), desk.subscribe(self._event))
        return partial(self._detach, desk, roster, stops)

    def signal(self, name: str, conversation_id: str | None = None) -> int:
        """Give a signal to one conversation, or to all that are open; return how many were told."""
        told = [playing for key, playing in self._playing.items() if conversation_id in (None, key)]
        for playing in told:
            playing.signal(name)
        return len(told)

    def _detach(self, desk: Desk, roster: dict[str, RosterAgent], stops: tuple[Callable[[], None], ...]) -> None:
        for stop in stops:
            stop()
        for playing in self._playing.values():
            playing.stop()
        self._playing.clear()
        self._take_back(desk, roster)

    def _bring(self, desk: Desk) -> None:
        for agent in self.script.agents:
            desk.set_agent(agent)
        for name, queue in self.script.queues.items():
            desk.set_queue(name, queue)

    def _take_back(self, desk: Desk, roster: dict[str, RosterAgent]) -> None:
        self._attached = False
        there = {agent.id for agent in desk.agents()}
        for agent in self.script.agents:
            if agent.id in there or agent.id in roster:
                _put_back(desk, agent, roster.get(agent.id))
        for name in [name for name in self.script.queues if name in desk.queues()]:
            desk.set_queue(name, desk.settings.queues.get(name, QueueSettings()))

    def _take_up(self, desk: Desk, conversation: Conversation) -> Playing:
        self._begun += 1
        seed = self.script.seed if desk.settings.seed is None else desk.settings.seed
        random = Random() if seed is None else Random(f"{seed}/{self._begun}")
        received = sum(message.role == "user" for message in conversation.messages)
        playing = Playing(desk, self.script, Chat(desk, self.script, conversation), random, received)
        self._playing[conversation.id] = playing
        return playing

    def _happened(self, desk: Desk, conversation_id: str, happening: Happening) -> None:
        if isinstance(happening, Started):
            self._take_up(desk, desk.conversation(conversation_id)).started()
            return
        playing = self._playing.get(conversation_id)
        if playing is None:
            return
        if isinstance(happening, UserSent):
            playing.message(happening.message.text)
        elif isinstance(happening, UserTyped) and happening.typing:
            playing.typing()
        elif isinstance(happening, UserRead):
            playing.read()
        elif isinstance(happening, Removed):
            self._playing.pop(conversation_id).stop()

    def _event(self, conversation_id: str, event: Event) -> None:
        playing = self._playing.get(conversation_id)
        if playing is None:
            return
        if isinstance(event.body, AgentJoined):
            playing.restart_idleness()
        elif isinstance(event.body, ConversationEndedEvent):
            self._playing.pop(conversation_id).ended()


def _put_back(desk: Desk, agent: RosterAgent, before: RosterAgent | None) -> None:
    if before is not None:
        desk.set_agent(before)
    elif not any(agent.id in (*one.agents, *one.offers) for one in desk.conversations()):
        desk.remove_agent(agent.id)
    elif any(known.id == agent.id for known in desk.agents()):
        desk.set_agent(replace(agent, online=False))
