"""The vendor's browser client of Twilio, in Node."""
