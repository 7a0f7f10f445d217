"""Genesys Cloud guest web chat (docs/genesys.md): guest API, event stream, and what a middleware asks the platform."""

from __future__ import annotations

from mockdesk.dialects.genesys.dialect import GenesysDialect

__all__ = ["GenesysDialect"]
