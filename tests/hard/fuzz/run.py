"""A run of many inputs against one API of a server: what was sent, what came of it, and what was wrong.

The input of a number is made from seed, API and number alone, so that one input can be sent again::

    python -m tests.hard.fuzz.run SHAPE SEED NUMBER [TIER]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType
from urllib.parse import urlsplit

from mockdesk import RunningServer
from mockdesk.server.options import ServerOptions
from mockdesk.server.slowness import StreamLimits
from tests.hard.fuzz import frame_input, http_input
from tests.hard.fuzz.exchange import Hangs, ServerFrame, ask, talk
from tests.hard.fuzz.fresh import is_alive, told_of
from tests.hard.fuzz.places import Place, SocketWay, canonical, control_api, genesys, poll
from tests.hard.fuzz.shapes import complaint
from tests.hard.fuzz.twilio_place import twilio
from tests.hard.tiers import EMBEDDED, server_of
from tests.hard.watch import Watch, watching

SHAPES: Mapping[str, Callable[[RunningServer], Place]] = MappingProxyType(
    {"canonical": canonical, "control": control_api, "poll": poll, "genesys": genesys, "twilio": twilio}
)
OPTIONS = ServerOptions(StreamLimits(stall_seconds=5.0), poll_cap_seconds=0.05)
"""Polls that would wait for a clock that nobody moves end soon."""
TO_ONE_DESK = 40
"""Inputs to one desk; then its neighbour is looked at, and the next desk is fresh."""
CLOSE_CODES_ON_THE_WIRE = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012})


@dataclass
class Tally:
    """What was sent and what came of it."""

    requests: int = 0
    frames: int = 0
    raw: int = 0
    statuses: Counter[int | None] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    @property
    def inputs(self) -> int:
        """How many inputs there were."""
        return self.requests + self.frames + self.raw

    def __str__(self) -> str:
        accepted = sum(count for status, count in self.statuses.items() if status and status < 400)
        told = f"{self.inputs} inputs ({self.requests} requests, {self.frames} frames, {self.raw} raw)"
        return f"{told}, {accepted} accepted, {len(self.complaints)} complaints"


@dataclass(frozen=True)
class Made:
    """The input of one number."""

    kind: str
    http: http_input.HttpInput | None = None
    frames: tuple[bytes, ...] = ()


def made(shape: str, seed: int, number: int, place: Place) -> Made:
    """Return the input of a number."""
    random = Random(f"{seed}/{shape}/{number}")
    roll = random.random()
    if roll < 0.12 and place.socket is not None:
        frames = [frame_input.odd(random, place.socket.payload(random)) for _ in range(random.randrange(1, 8))]
        return Made("frames", frames=tuple(frames))
    if roll < 0.8:
        return Made("requests", http_input.request(random, place.words))
    return Made("raw", http_input.raw(random, place.words))


class Run:
    """Sends the inputs of one seed to one API."""

    def __init__(self, server: RunningServer, shape: str, seed: int, watch: Watch) -> None:
        self._server = server
        self._shape = shape
        self._seed = seed
        self._watch = watch
        parts = urlsplit(server.url)
        self._address = (str(parts.hostname), int(parts.port or 0))
        self.tally = Tally()

    def play(self, first: int, beyond: int) -> Tally:
        """Send the inputs of these numbers."""
        for start in range(first, beyond, TO_ONE_DESK):
            self._to_one_desk(range(start, min(beyond, start + TO_ONE_DESK)))
        return self.tally

    def _to_one_desk(self, numbers: range) -> None:
        place = SHAPES[self._shape](self._server)
        for number in numbers:
            self.send(place, number)
        if not place.neighbour_is_as_before():
            self._complain(numbers, "the neighbour's chat is not as it was")
        for wrong in (told_of(self._server, place), is_alive(self._server, self._shape), *self._watch.seen):
            if wrong is not None:
                self._complain(numbers, wrong)
        self._watch.seen.clear()
        self._server.remove_desk(place.control.name)

    def send(self, place: Place, number: int) -> None:
        """Send one input."""
        one = made(self._shape, self._seed, number, place)
        try:
            wrong = self._talk(place.socket, one.frames) if place.socket and one.frames else self._ask(one)
        except Hangs as hangs:
            wrong = str(hangs)
        except OSError as error:
            wrong = f"no connection: {error}"
        errors = [*([wrong] if wrong else []), *self._watch.seen]
        self._watch.seen.clear()
        for each in errors:
            data = one.http.data if one.http is not None else b" | ".join(one.frames)
            self._complain(range(number, number + 1), f"{each}\n  {data[:1_000]!r}")

    def _ask(self, one: Made) -> str | None:
        asked = one.http
        assert asked is not None
        answer = ask(self._address, asked)
        self.tally.statuses[answer.status] += 1
        if one.kind == "raw":
            self.tally.raw += 1
        else:
            self.tally.requests += 1
        return complaint(self._shape, answer, asked.is_whole, asked.method)

    def _talk(self, way: SocketWay, frames: tuple[bytes, ...]) -> str | None:
        self.tally.frames += len(frames)
        opening = [frame_input.frame(frame_input.BINARY, payload) for payload in way.opening()]
        handshake = frame_input.handshake(way.path, way.headers)
        status, heard, is_whole = talk(self._address, handshake, [*opening, *frames])
        self.tally.statuses[status] += 1
        if status != 101:  # an earlier input has ended the chat; then the refusal is what is looked at
            return None if status is not None and 400 <= status < 500 else f"a handshake was answered with {status}"
        return _complaint_of(heard, is_whole)

    def _complain(self, numbers: range, wrong: str) -> None:
        again = f"python -m tests.hard.fuzz.run {self._shape} {self._seed} {numbers.start}"
        which = f"{numbers.start}" if len(numbers) == 1 else f"{numbers.start} to {numbers.stop - 1}"
        self.tally.complaints.append(f"{self._shape}, seed {self._seed}, number {which}: {wrong}\n  again: {again}")


def _complaint_of(heard: list[ServerFrame], is_whole: bool) -> str | None:
    """Return how a server's frames break RFC 6455, ``None``: not at all."""
    if not is_whole:
        return "the server ended within a frame"
    for one in heard:
        if one.masked or one.first & 0x70:
            return f"a server's frame with a mask or reserved bits: {one.first:#x}"
        code = int.from_bytes(one.payload[:2]) if one.opcode == frame_input.CLOSE and one.payload else 1000
        if code not in CLOSE_CODES_ON_THE_WIRE and not 3000 <= code <= 4999:
            return f"close code {code}, which may not be sent"
    return None


def play(shape: str, seed: int, first: int, beyond: int, tier: str = EMBEDDED) -> Tally:
    """Start a server and send the inputs of these numbers."""
    with watching() as watch, server_of(tier, options=OPTIONS) as server:
        return Run(server, shape, seed, watch).play(first, beyond)


def main(shape: str, seed: str, number: str, tier: str = EMBEDDED) -> int:
    """Send one input again, to a fresh desk; print it, and what was wrong."""
    with watching() as watch, server_of(tier, options=OPTIONS) as server:
        run, place = Run(server, shape, int(seed), watch), SHAPES[shape](server)
        one = made(shape, int(seed), int(number), place)
        run.send(place, int(number))
    sent = [one.http.data] if one.http is not None else list(one.frames)
    sys.stdout.write("".join(f"sent {each!r}\n" for each in sent))
    sys.stdout.write(f"{run.tally}\n" + "".join(f"{each}\n" for each in run.tally.complaints))
    return 1 if run.tally.complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
