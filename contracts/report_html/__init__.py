"""The HTML report: one file that asks for nothing outside, with each failure's timeline as a picture."""

from __future__ import annotations

from contracts.report_html.page import report_html

__all__ = ["report_html"]
