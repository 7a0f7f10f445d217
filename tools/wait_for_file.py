"""``python -m tools.wait_for_file FILE PID``: wait until FILE has content, at most 20 s and while process PID lives."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

LIMIT_SECONDS = 20.0


def lives(pid: int) -> bool:
    """Tell whether a process is there."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def main(path: Path, pid: int) -> int:
    """Return 0 once the file has content, 1 when it will not come."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline and lives(pid):
        if path.is_file() and path.stat().st_size:
            return 0
        time.sleep(0.05)
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
