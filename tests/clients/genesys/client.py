"""The vendor's client in a Node process, told what to do line by line."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.clients.npm import node

SCRIPT = Path(__file__).parent / "drive.cjs"
PATIENCE = 30.0
"""Wall seconds after which a line that should have come has not."""


class Refused(Exception):
    """The client rejected; ``status``, ``body`` and ``correlation`` are what it says about it."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(str(told))
        self.status = told["status"]
        self.body = told["body"]
        self.correlation = told.get("correlation")


class GuestClient:
    """One guest: a process with the vendor's client, and what it printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._frames: list[dict[str, Any]] = []
        self.closed: int | None = None
        self.made: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(json.loads(line))

    def _next(self) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError("the client has printed nothing") from None
        if "frame" in line:
            self._frames.append(line["frame"])
        elif "closed" in line:
            self.closed = line["closed"]
        return line

    def tell(self, **what: Any) -> Any:
        """Tell the script to do something, and return what came of it.

        Raises:
            Refused: the client rejected.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(what)}\n")
        self._process.stdin.flush()
        while True:
            line = self._next()
            if "refused" in line:
                raise Refused(line["refused"])
            if "value" in line:
                return line["value"]

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method of the client's ``WebChatApi``."""
        return self.tell(call=method, arguments=arguments)

    def create(self, **body: Any) -> dict[str, Any]:
        """Create a conversation, and let the client use its token from now on."""
        self.made = self.call("postWebchatGuestConversations", body)
        self.tell(jwt=self.made["jwt"])
        return self.made

    def own(self, method: str, *arguments: Any) -> Any:
        """Call a method that takes the conversation's id and the guest's own member id first."""
        return self.call(method, self.made["id"], self.made["member"]["id"], *arguments)

    def member(self, member_id: str) -> dict[str, Any]:
        """Look a member up."""
        found = self.call("getWebchatGuestConversationMember", self.made["id"], member_id)
        assert isinstance(found, dict)
        return found

    def frame(self, kind: str | None) -> dict[str, Any]:
        """Return the body of the next frame of this ``metadata.type``, which need not have come yet."""
        while True:
            for frame in self._frames:
                if frame.get("metadata", {}).get("type") == kind:
                    del self._frames[: self._frames.index(frame) + 1]
                    body: dict[str, Any] = frame["eventBody"]
                    return body
            assert self.closed is None, f"no frame {kind!r} came before the stream was closed with {self.closed}"
            self._next()

    def change(self) -> tuple[str, str]:
        """Return the next change of a member: id and state."""
        member = self.frame("member-change")["member"]
        return member["id"], member["state"]

    def await_close(self) -> int:
        """Return the stream's close code."""
        while self.closed is None:
            self._next()
        return self.closed

    def end(self) -> None:
        """Let the script end by itself, and read what is left of its output.

        Raises:
            AssertionError: it has complained.
        """
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._thread.join(PATIENCE)
        assert (self._process.returncode, self._process.stderr.read()) == (0, "")


@contextmanager
def guest_client(packages: Path, home: Path, base_path: str) -> Iterator[GuestClient]:
    """Run the vendor's client against an address."""
    process = node(SCRIPT, packages, home, base_path)
    try:
        made = GuestClient(process)
        yield made
        made.end()
    finally:
        process.kill()
        process.wait(PATIENCE)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
