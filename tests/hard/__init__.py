"""Tests that try to break the mock: odd input, storms of faults, churn, walls between conversations, canary secrets."""
