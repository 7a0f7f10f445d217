"""Tests that try to break the mock: fuzzing, storms of faults, churn, the walls between conversations, canary secrets."""
