"""What all rules share: which users a step makes sense for, and playing steps in the session and in the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from contracts.model import UserModel
from contracts.program import Step
from contracts.rules.stopping import no_second_try
from contracts.session import Session

USERS = ("u1", "u2")
CLEARS = frozenset({"restore", "clear"})
"""Steps that remove all faults of the desk: what is held for the other user goes, too."""


class Rules(RuleBasedStateMachine):
    """The state of one sequence: the session that plays it and the model of each user."""

    session: Session

    def __init__(self) -> None:
        super().__init__()
        self.users = {user: UserModel() for user in USERS}
        self.steps: list[Step] = []

    def can(self, word: str) -> list[str]:
        """Return the users for whom a step makes sense; the second user comes only beside the first."""
        able = [user for user in USERS if self.users[user].can(word)]
        return [user for user in able if user == "u1" or self.users["u1"].started]

    def calm(self) -> bool:
        """Tell whether faults can be cleared without changing what another rule has set up."""
        return all(model.reachable for model in self.users.values())

    def offers(self, kind: str, name: str) -> bool:
        """Tell whether the driver offers an operation, an action or a fault."""
        return name in self.session.description.get(kind, ())

    def play(self, *steps: Step) -> None:
        """Play steps in the session and in the model."""
        for one in steps:
            self.steps.append(one)
            with no_second_try():
                self.session.perform(one)
            self.users[one.user].follow(one)
            if one.do in CLEARS:
                for model in self.users.values():
                    model.held = False

    def pick(self, data: st.DataObject, word: str) -> tuple[str, UserModel]:
        """Draw a user for whom the step makes sense."""
        user = data.draw(st.sampled_from(self.can(word)))
        return user, self.users[user]


def request_fault(operation: str, kind: str, **more: Any) -> Mapping[str, Any]:
    """Return a fault of the present chat's requests of one operation."""
    return {"kind": kind, "operation": operation, "conversation_id": True, **more}
