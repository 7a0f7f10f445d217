"""The shape of Twilio Flex: twilsock and Sync for browsers, form-encoded REST for servers (docs/twilio.md)."""
