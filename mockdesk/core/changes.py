"""What has changed in a desk since somebody last took it: a store writes down just that.

Nothing is kept while nobody watches.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mockdesk.core.tokens import Grant


@dataclass
class Changes:
    """What changed: conversations by id in the order of their first change (one that is gone, too), users' tokens that
    were given out, the digests of tokens that were forgotten, and whether anything at all did."""

    conversations: dict[str, None] = field(default_factory=dict)
    user_tokens: list[Grant] = field(default_factory=list)
    forgotten_tokens: list[bytes] = field(default_factory=list)
    any: bool = False


class Changed:
    """Collects changes for one watcher."""

    def __init__(self) -> None:
        self._watched = False
        self._changes = Changes()

    @property
    def any(self) -> bool:
        """Whether there is something to take."""
        return self._changes.any

    def watch(self) -> None:
        """Begin to collect."""
        self._watched = True

    def note(self, conversation_id: str | None) -> None:
        """Note a change of a conversation; ``None``: of the desk itself."""
        if self._watched:
            self._changes.any = True
            if conversation_id is not None:
                self._changes.conversations[conversation_id] = None

    def note_user_token(self, grant: Grant) -> None:
        """Note that a user was given a token."""
        if self._watched:
            self._changes.any = True
            self._changes.user_tokens.append(grant)

    def note_forgotten_token(self, digest: bytes) -> None:
        """Note that a token was forgotten."""
        if self._watched:
            self._changes.any = True
            self._changes.forgotten_tokens.append(digest)

    def has(self, conversation_id: str) -> bool:
        """Tell whether a conversation has changed."""
        return conversation_id in self._changes.conversations

    def take(self) -> Changes:
        """Return what changed, and begin anew."""
        taken, self._changes = self._changes, Changes()
        return taken
