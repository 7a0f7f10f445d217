"""The files of the pages that a person sees: the widget, built ahead, and the small modules around it."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.server.documents import TEXT

LIBRARY = "carbon-ai-chat.js"
"""The widget itself, with all that it is made of."""

INTEGRATION = "servicedesk.js"
"""The reference integration, built; a file of the package ``byosd_reference``."""

LICENCES = "THIRD_PARTY_LICENSES.txt"
CHECKSUMS = "SHA256SUMS"
JAVASCRIPT = "text/javascript; charset=utf-8"
_CONTENT_TYPES: Mapping[str, str] = MappingProxyType({".js": JAVASCRIPT, ".css": "text/css; charset=utf-8"})


@lazy_dataclass(frozen=True)
class PageFile:
    """One file as it is stored. ``is_gzip``: its content is compressed."""

    content: bytes
    content_type: str
    is_gzip: bool = False

    @property
    def digest(self) -> str:
        """The SHA-256 of what is stored, in hexadecimal digits."""
        return sha256(self.content).hexdigest()

    def plain(self) -> bytes:
        """Return the content for a client that takes no compression."""
        return gzip.decompress(self.content) if self.is_gzip else self.content


class PageFiles:
    """Finds the files; each is read when it is asked for, so that a new build needs no restart.

    ``widget`` is the folder with ``page`` and ``built``, ``integration`` the reference integration's built file.
    """

    def __init__(self, widget: Path, integration: Path | None) -> None:
        self._page = widget / "page"
        self._built = widget / "built"
        self._integration = integration

    def find(self, name: str) -> PageFile | None:
        """Return what a page may ask for by a name, ``None`` if there is no such file."""
        if name == LIBRARY:
            return _read(self._built / f"{LIBRARY}.gz", JAVASCRIPT, is_gzip=True)
        if name == LICENCES:
            return _read(self._built / LICENCES, TEXT)
        if name == INTEGRATION:
            return None if self._integration is None else _read(self._integration, JAVASCRIPT)
        path = self._page / name
        content_type = _CONTENT_TYPES.get(path.suffix)
        return None if content_type is None or path.parent != self._page else _read(path, content_type)

    def template(self, name: str) -> str:
        """Return the HTML of a page, in which words in braces are still to be filled in."""
        return (self._page / name).read_text(encoding="utf-8")

    def missing(self) -> list[str]:
        """Return which of the built files are not there, each with where it comes from."""
        sources = {
            LIBRARY: "mockdesk/widget: npm ci --ignore-scripts && npm run build",
            INTEGRATION: "byosd_reference/js: npm ci --ignore-scripts && npm run build",
        }
        return [f"{name} ({source})" for name, source in sources.items() if self.find(name) is None]

    def library_checksum(self) -> str:
        """Return the SHA-256 of the widget, uncompressed, as it was noted when it was built; empty if it was not."""
        noted = _read(self._built / CHECKSUMS, TEXT)
        lines = [] if noted is None else noted.content.decode().splitlines()
        sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        return sums.get(LIBRARY, "")


def installed_files() -> PageFiles:
    """Return the files that came with this installation."""
    return PageFiles(Path(str(files("mockdesk"))) / "widget", _reference_integration())


def _reference_integration() -> Path | None:
    """Find the built file as data: the package itself is not imported."""
    found = find_spec("byosd_reference")
    places = [] if found is None else list(found.submodule_search_locations or [])
    return Path(places[0]) / "js" / "dist" / INTEGRATION if places else None


def _read(path: Path, content_type: str, *, is_gzip: bool = False) -> PageFile | None:
    try:
        return PageFile(path.read_bytes(), content_type, is_gzip)
    except (FileNotFoundError, NotADirectoryError):
        return None
