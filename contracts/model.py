"""What the state machine knows: where each chat stands if the subject is correct.

Pure and deterministic: it follows the steps alone, never the subject, so that one seed always makes the same programs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.program import AGENTS, Step

AGENT_NAMES = tuple(AGENTS)
MOST_VAIN_STARTS = 2
"""Starts of one user in a sequence that lead to nothing; more would leave no room for the rest."""


@dataclass
class UserModel:
    """One user's chat as a correct desk has it, and what stands between the desk and the adapter."""

    started: bool = False
    desk_ended: bool = False
    over: bool = True
    present: list[str] = field(default_factory=list)
    ever_joined: bool = False
    transferring: bool = False
    held: bool = False
    cut: bool = False
    vain_starts: int = 0

    @property
    def live(self) -> bool:
        """The desk has an open conversation, and the user has not ended it."""
        return self.started and not self.over and not self.desk_ended

    @property
    def reachable(self) -> bool:
        """Events get through at once."""
        return not self.held and not self.cut

    def absent(self) -> list[str]:
        """Return the agents who could join."""
        return [name for name in AGENT_NAMES if name not in self.present]

    def can(self, word: str) -> bool:
        """Tell whether a step makes sense now."""
        match word:
            case "start":
                return self.over
            case "start_in_vain":
                return self.over and self.vain_starts < MOST_VAIN_STARTS
            case "send" | "end":
                return not self.over
            case "join":
                return self.live and len(self.present) < 2
            case "say" | "typing" | "read" | "leave" | "agent_end":
                return self.live and bool(self.present)
            case "transfer":
                return self.live and bool(self.present) and not self.transferring
            case "user_typing":
                return not self.over and bool(self.present)
            case "state":
                return not self.over
            case "second_start" | "reload" | "extra":
                return self.live and self.reachable and bool(self.present)
            case "desk_says":
                return self.live
            case "decline":
                return self.live and not self.present and not self.transferring
            case "hold":
                return self.live and self.reachable
            case "release":
                return self.held and not self.cut
            case "drop":
                return self.live and self.ever_joined and self.reachable
            case "restore":
                return self.cut
            case "frame":
                return self.live and self.reachable
        return not self.over

    def follow(self, step: Step) -> None:
        """Take note of a step."""
        match step.do:
            case "start" if self.over:
                vain = bool(step.args.get("in_vain"))
                self.__init__(started=True, over=vain, vain_starts=self.vain_starts + vain)  # type: ignore[misc]
            case "end":
                self.over = True
            case "hold":
                self.held = True
            case "release" if step.args.get("count") is None:
                self.held = False
            case "drop":
                self.cut = True
            case "restore":
                self.cut = self.held = False
            case "act":
                self._follow_act(step)
        if self.desk_ended and self.reachable:
            self.over = True

    def _follow_act(self, step: Step) -> None:
        agent = step.args.get("agent")
        match step.args["action"]:
            case "join" if agent is not None:
                if self.transferring and self.present:
                    self.present.pop(0)
                self.present.append(agent)
                self.ever_joined, self.transferring = True, False
            case "leave" if agent in self.present:
                self.present.remove(agent)
            case "transfer":
                self.transferring = True
            case "decline":
                self.transferring = False
            case "end":
                self.desk_ended = True
