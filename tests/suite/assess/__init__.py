"""Tests of assessing a desk's API from its OpenAPI document."""
