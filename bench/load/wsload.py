"""Running wsload.c and reading what it says."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bench import machine
from bench.processes import CannotMeasure, ServerProcess

RUN_SECONDS = 600.0
"""How long (wall) a run may take before it is given up."""


@dataclass(frozen=True)
class Target:
    """One WebSocket: its path, what it needs to be let in, and where a POST belongs that it shall hear of."""

    stream: str
    protocols: str = ""
    post: str = ""
    authorization: str = ""
    after: int = 0

    def to_line(self) -> str:
        """Return the line of the targets file, as the head of wsload.c says."""
        fields = (self.stream, self.protocols, self.post, self.authorization, str(self.after))
        return "\t".join(field or "-" for field in fields) + "\n"


@dataclass(frozen=True)
class Load:
    """What wsload told in one line; keys as in its source, absent numbers count as 0."""

    told: dict[str, Any]

    def number(self, key: str) -> float:
        """Return a number."""
        return float(self.told.get(key, 0))

    @property
    def generator_cpu_percent(self) -> float:
        """What the generator used of its one core while it measured."""
        return self.number("generator_cpu_percent")

    def require_all_open(self) -> None:
        """Make sure that every socket was opened and none was lost.

        Raises:
            CannotMeasure: with the first thing that went wrong.
        """
        failed, lost = self.number("failed"), self.number("lost")
        if failed or lost or self.told.get("incomplete") or self.number("answers_bad"):
            missing = f"{failed:.0f} of {self.number('asked'):.0f} sockets were not opened, {lost:.0f} were lost"
            raise CannotMeasure(
                f"{missing}; first error: {self.told.get('first_error') or 'not everything came in time'}"
            )


def read_load(line: str) -> Load:
    """Read one line of wsload.

    Raises:
        CannotMeasure: it is no JSON object.
    """
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise CannotMeasure(f"wsload said {line.strip()[:100]!r}")
    return Load(told)


@contextmanager
def targets_file(targets: Sequence[Target]) -> Iterator[str]:
    """Write the targets into a file of the moment; it holds tokens, and is gone afterwards."""
    with tempfile.NamedTemporaryFile("w", suffix=".targets") as file:
        file.writelines(target.to_line() for target in targets)
        file.flush()
        yield file.name


def command(program: Path, mode: str, server: ServerProcess, targets: str, **options: object) -> list[str]:
    """Return the command of a run; ``options`` are those of wsload with underscores."""
    pids = ",".join(str(process) for process in machine.process_tree(server.pid))
    settled = {"port": server.port, "targets": targets, "pids": pids, **options}
    words = [[f"--{key.replace('_', '-')}", str(value)] for key, value in settled.items()]
    return [str(program), mode, *(word for pair in words for word in pair)]


def run(program: Path, mode: str, server: ServerProcess, targets: Sequence[Target], **options: object) -> Load:
    """Run one mode to its end and return what it told.

    Raises:
        CannotMeasure: it did not end well, or not every socket stayed open.
    """
    with targets_file(targets) as name:
        line = command(program, mode, server, name, **options)
        try:
            done = subprocess.run(line, capture_output=True, text=True, check=True, timeout=RUN_SECONDS)
        except subprocess.CalledProcessError as error:
            raise CannotMeasure(f"wsload ended with {error.returncode}: {error.stderr.strip()[:100]}") from None
        except subprocess.TimeoutExpired:
            raise CannotMeasure(f"wsload did not end within {RUN_SECONDS:.0f} s") from None
    load = read_load(done.stdout)
    load.require_all_open()
    return load


class HeldSockets:
    """Sockets that stay open until they are let go; ``opened`` is what was told when all were open."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._input = _pipe(process.stdin)
        self._output = _pipe(process.stdout)
        self.opened = read_load(self._output.readline())

    def count(self) -> Load:
        """Return what has come in so far.

        Raises:
            CannotMeasure: the generator has ended, since every socket was closed.
        """
        try:
            self._input.write("\n")
            self._input.flush()
        except BrokenPipeError:
            raise CannotMeasure("the server closed every socket") from None
        return read_load(self._output.readline())

    def await_end(self) -> Load:
        """Return what was told when the server had closed every socket."""
        return read_load(self._output.readline())


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise RuntimeError("wsload was started without pipes")
    return stream


@contextmanager
def held(program: Path, server: ServerProcess, targets: Sequence[Target], **options: object) -> Iterator[HeldSockets]:
    """Open all targets and hold them for as long as the context lasts.

    Raises:
        CannotMeasure: not all could be opened.
    """
    with targets_file(targets) as name:
        line = command(program, "hold", server, name, **options)
        with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                sockets = HeldSockets(process)
                sockets.opened.require_all_open()
                yield sockets
            finally:
                process.kill()
