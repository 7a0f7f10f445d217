"""Starting without looking for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_pause() -> Iterator[None]:
    """Look for no garbage while modules are imported and a server is made, and never among what they have made.

    There is none, and it would be looked for again and again: that took a tenth of the start. Only for a process whose
    main purpose is the server, as what is garbage already is kept, too.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.enable()
