"""Plays a script in every conversation of a desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial

from mockdesk.core.agents import RosterAgent
from mockdesk.core.conversation import Conversation
from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError
from mockdesk.core.events import AgentJoined, ConversationEndedEvent, Event
from mockdesk.core.happenings import Happening, Removed, Started, UserRead, UserSent, UserTyped
from mockdesk.core.limit_errors import LimitReached
from mockdesk.core.saved import SavedScript
from mockdesk.core.script import Script
from mockdesk.core.script_chat import Chat
from mockdesk.core.script_choice import ScriptRules
from mockdesk.core.script_pace import Draws
from mockdesk.core.script_place import SavedPlace, TimersToSet
from mockdesk.core.script_playing import Playing
from mockdesk.core.settings import QueueSettings
from mockdesk.lazy_dataclass import lazy_dataclass

_FOLLOWED = (AgentJoined, ConversationEndedEvent)
"""The events that are something to a script."""


@lazy_dataclass(frozen=True)
class Resumption:
    """Where a player goes on that played the same script at this desk before: what a store has kept."""

    before: tuple[RosterAgent, ...]
    begun: int
    places: Mapping[str, SavedPlace]
    timers: TimersToSet


class ScriptPlayer:
    """Plays one script: ``desk.install_script(ScriptPlayer(script))``.

    While it is installed, the script's agents are on the roster and its queues are set. Conversations that are open
    already are taken up at the next thing that happens in them. Random waits come from the desk's seed, else from the
    script's, and depend on the order of the conversations only.
    """

    def __init__(self, script: Script, resumption: Resumption | None = None) -> None:
        self.script = script
        self._resumption = resumption
        self._before: dict[str, RosterAgent] = {}
        self._attached = False
        self._playing: dict[str, Playing] = {}
        self._begun = 0

    @cached_property
    def _rules(self) -> ScriptRules:
        """The script's rules; late, as those of a built-in script are built when somebody asks for one."""
        return ScriptRules(self.script)

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
        stopped_in: list[Playing] = []
        resumption, self._resumption = self._resumption, None
        if resumption is None:
            self._bring_agents(desk)
        else:
            self._before, self._begun = {agent.id: agent for agent in resumption.before}, resumption.begun
            stopped_in = self._go_on(desk, resumption)
        for conversation in desk.conversations():
            if not conversation.ended and conversation.id not in self._playing:
                self._take_up(desk, conversation).restart_idleness()
        stops = (desk.observe(partial(self._happened, desk)), desk.subscribe(self._event))
        for playing in stopped_in:
            playing.started()
        return partial(self._detach, desk, stops)

    def _bring_agents(self, desk: Desk) -> None:
        self._before = {agent.id: agent for agent in desk.agents()}
        try:
            for agent in self.script.agents:
                desk.set_agent(agent)
            for name, queue in self.script.queues.items():
                desk.set_queue(name, queue)
        except DeskError:
            self._put_back(desk)
            raise

    def _put_back(self, desk: Desk) -> None:
        self._attached = False
        put_back(desk, self.saved())

    def _go_on(self, desk: Desk, resumption: Resumption) -> list[Playing]:
        """Stand where the script stood. Return what a Python function played, which can only begin anew."""
        open_ones = [conversation for conversation in desk.conversations() if not conversation.ended]
        if self.script.play is not None:
            return [self._take_up(desk, conversation) for conversation in open_ones]
        for conversation in open_ones:
            place = resumption.places.get(conversation.id)
            if place is not None and place.script == self.script.key:
                self._begin_at(desk, conversation, place.number).go_on(place, resumption.timers)
        return []

    def signal(self, name: str, conversation_id: str | None = None) -> int:
        """Give a signal to one conversation, or to all that are open; return how many were told."""
        told = [playing for key, playing in self._playing.items() if conversation_id in (None, key)]
        for playing in told:
            playing.signal(name)
        return len(told)

    @property
    def begun(self) -> int:
        """How many conversations were taken up."""
        return self._begun

    def place(self, conversation_id: str) -> SavedPlace | None:
        """Return where the script stands in a conversation, ``None``: it is not played there, or nobody can tell."""
        playing = self._playing.get(conversation_id)
        return None if playing is None else playing.saved()

    def saved(self) -> SavedScript:
        """Return what is needed to go on, or to put back what was before."""
        agents = tuple(agent.id for agent in self.script.agents)
        before = tuple(self._before[one] for one in agents if one in self._before)
        return SavedScript(self.script.name, self.script.source, agents, before, tuple(self.script.queues))

    def _detach(self, desk: Desk, stops: tuple[Callable[[], None], ...]) -> None:
        for stop in stops:
            stop()
        for playing in self._playing.values():
            playing.stop()
        self._playing.clear()
        self._put_back(desk)

    def _take_up(self, desk: Desk, conversation: Conversation) -> Playing:
        self._begun += 1
        return self._begin_at(desk, conversation, self._begun)

    def _begin_at(self, desk: Desk, conversation: Conversation, number: int) -> Playing:
        seed = self.script.seed if desk.settings.seed is None else desk.settings.seed
        draws = Draws(None if seed is None else f"{seed}/{number}")
        received = sum(message.role == "user" for message in conversation.messages)
        chat = Chat(desk, self.script, conversation)
        playing = Playing(desk, self.script, self._rules, chat, draws, number, received)
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
        body = event.body
        if not isinstance(body, _FOLLOWED):
            return
        playing = self._playing.get(conversation_id)
        if playing is None:
            return
        if isinstance(body, AgentJoined):
            playing.restart_idleness()
        else:
            self._playing.pop(conversation_id).ended()


def put_back(desk: Desk, script: SavedScript) -> None:
    """Undo what a script's installation did to roster and queues, as far as it went, and as far as there is room."""
    before = {agent.id: agent for agent in script.before}
    known = {agent.id: agent for agent in desk.agents()}
    for agent_id in script.agents:
        if agent_id in before:
            with suppress(LimitReached):  # it was removed meanwhile, and others have taken the room
                desk.set_agent(before[agent_id])
        elif agent_id not in known:
            continue
        elif not any(agent_id in (*one.agents, *one.offers) for one in desk.conversations()):
            desk.remove_agent(agent_id)
        else:
            desk.set_agent(replace(known[agent_id], online=False))
    queues = desk.queues()
    for name in (name for name in script.queues if name in queues):
        desk.set_queue(name, desk.settings.queues.get(name, QueueSettings()))
