"""What an agent said, in the words of the host.

A text is passed on as it was written: it is data, and showing it safely is the host's part. Rich items become response
types that the host knows; what it does not know becomes a text, so that nothing an agent sent vanishes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from byosd_reference import reading
from byosd_reference.presence import is_web_url
from contracts.adapter import MessageToUser


def message_to_user(message: Mapping[str, Any]) -> MessageToUser:
    """Return a desk's message for ``send_message_to_user``."""
    text = reading.text(message, "text") or ""
    items = [_item(item) for item in reading.items(message, "items")]
    if not items:
        return text
    return {"output": {"generic": [*([_text(text)] if text else []), *items]}}


def _item(item: Any) -> dict[str, Any]:
    kind, url = reading.text(item, "type"), reading.text(item, "url")
    if kind == "error":
        return {"response_type": "inline_error", "text": _words(item)}
    if url is None or not is_web_url(url):
        return _text(_words(item))
    if kind in ("image", "video"):
        return {"response_type": kind, "source": url, **_titles(item)}
    if kind == "link":
        return {
            "response_type": "button",
            "button_type": "url",
            "label": reading.text(item, "title") or url,
            "url": url,
        }
    return _text(_words(item))


def _titles(item: Any) -> dict[str, Any]:
    title, alt = reading.text(item, "title"), reading.text(item, "alt")
    return {**({"title": title} if title else {}), **({"alt_text": alt} if alt else {})}


def _words(item: Any) -> str:
    """Return the best words there are for an item that cannot be shown as what it is."""
    found = (reading.text(item, name) for name in ("text", "title", "alt", "url", "type"))
    return next((words for words in found if words), "(something that cannot be shown here)")


def _text(text: str) -> dict[str, Any]:
    return {"response_type": "text", "text": text}
