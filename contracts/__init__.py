"""The contract suite: judges integrations (adapters) and service desks. It never imports the mock or the reference."""
