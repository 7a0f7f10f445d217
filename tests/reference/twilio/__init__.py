"""Tests of the integration with Twilio Flex."""
