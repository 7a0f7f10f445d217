"""The generated pages are what the registry says today."""

from __future__ import annotations

from tools import builtin_scripts, limits_docs
from tools.reference_docs import TARGET, document


def test_the_requirement_reference_is_up_to_date() -> None:
    """A catalogue that drifts from the code misleads whoever trusts it; run ./dev docs."""
    assert TARGET.read_text(encoding="utf-8") == document()


def test_the_limits_are_up_to_date() -> None:
    """A limit that the page tells otherwise is found by whoever reaches it; run ./dev docs."""
    assert limits_docs.TARGET.read_text(encoding="utf-8") == limits_docs.document()


def test_the_values_of_the_scripts_are_up_to_date() -> None:
    """The mock plays the values and shows the YAML: a script must play what it shows; run ./dev docs."""
    assert builtin_scripts.TARGET.read_text(encoding="utf-8") == builtin_scripts.document()
