"""What programs are filled with: texts, close codes, refusals, times."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from contracts.vocabulary import CONTROL_WORDS

DIFFICULT_TEXTS = (
    " leading and trailing ",
    "\n",
    "two\nlines\r\nand a\ttab",
    "**not bold** _nor_ [a link](javascript:alert(1))",
    "<b onclick='x()'>bold</b> &amp; <script>alert(1)</script>",
    "\u202eright to left\u202c \u200bzero width\u200b",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 family, e\u0301 combined, \u00e9 composed",
    'quote " backslash \\ percent % null \x00 end',
    "https://example.com/a?b=c&d=é see www.example.com",
    "User: hello|agent-ada",
)
"""Texts that transport or markup handling has been seen to change."""


def texts() -> SearchStrategy[str]:
    """Texts that somebody may write: mostly ordinary, often difficult, never empty."""
    characters = st.characters(exclude_categories=["Cs"])
    return st.one_of(
        st.sampled_from(DIFFICULT_TEXTS),
        st.sampled_from(CONTROL_WORDS),
        st.text(characters, min_size=1, max_size=40),
        st.text("abc def", min_size=1, max_size=12),
    )


def close_codes() -> SearchStrategy[int | None]:
    """Ways in which a stream is cut: a close code, or ``None`` for an end without a close frame."""
    return st.sampled_from([None, 1001, 1006, 1011, 1012, 1013])


def refusals() -> SearchStrategy[int]:
    """Statuses with which a desk refuses a request that it has not carried out."""
    return st.sampled_from([400, 403, 409, 422, 429, 500, 503])


def waits() -> SearchStrategy[float]:
    """Seconds by which the clock moves: inside and beyond the typing limit, a throttle, a back-off."""
    return st.sampled_from([0.5, 1.0, 2.0, 4.0, 5.5, 12.0])


def rich_items() -> SearchStrategy[dict[str, str]]:
    """What an agent may send besides text; the last kind is one that no adapter knows."""
    address = "https://example.com/a?b=c&d=1"
    return st.sampled_from(
        [
            {"type": "image", "url": address, "alt": "A picture of the bill"},
            {"type": "video", "url": address, "title": "How to read the bill"},
            {"type": "link", "url": address, "title": "Your bill"},
            {"type": "error", "text": "The bill could not be loaded."},
            {"type": "hologram", "text": "You would see the bill here."},
        ]
    )
