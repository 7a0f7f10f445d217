"""The shape of Twilio Flex: twilsock and Sync for browsers, form-encoded REST for servers (docs/twilio.md)."""

from __future__ import annotations

from mockdesk.dialects.twilio.dialect import TwilioDialect

__all__ = ["TwilioDialect"]
