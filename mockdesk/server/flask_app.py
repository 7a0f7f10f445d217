"""What the mock's Flask applications have in common."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import Rule


class MatchingRule(Rule):
    """A rule that finds the view of a path, and builds no URL: the mock builds none.

    werkzeug compiles two functions for each rule that could, which took longer than everything else about a rule.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        return _build_nothing


def _build_nothing(self: Rule, **values: Any) -> tuple[str, str]:
    raise NotImplementedError("no URLs are built")


class DeskFlask(Flask):
    """A Flask application without static files, whose paths are taken as they are."""

    url_rule_class = MatchingRule

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        self.url_map.merge_slashes = False
