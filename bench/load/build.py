"""Compiling the C programs at first use, into the cache folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from bench.processes import CannotMeasure

SOURCES = Path(__file__).parent


def build(name: str, cache: Path) -> Path:
    """Return the program of ``name``.c, compiled if it is not there or its source has changed.

    Raises:
        CannotMeasure: there is no gcc, or it refused.
    """
    source = SOURCES / f"{name}.c"
    program = cache / f"{name}-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"
    if program.is_file():
        return program
    if shutil.which("gcc") is None:
        raise CannotMeasure("needs gcc, which this machine has not")
    cache.mkdir(parents=True, exist_ok=True)
    made = program.with_suffix(f".{os.getpid()}")
    done = subprocess.run(["gcc", "-O2", "-o", str(made), str(source)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMeasure(f"{name}.c could not be compiled: {done.stderr.strip()[:200]}")
    os.replace(made, program)  # at once: others may compile at the same time
    return program
