"""Assessing a desk's API from its OpenAPI document: which functions of the adoption guide could it carry?

Reading (``source``, ``references``, ``fields``, ``reading``) turns any OpenAPI 3 or Swagger 2 document into neutral
operations (``document``). Rules (``rules_*``) find evidence in what their names say (``shape``), ``signs`` tells
whether the document speaks of live talk with people at all, ``judge`` makes verdicts, ``report`` prints them.
"""
