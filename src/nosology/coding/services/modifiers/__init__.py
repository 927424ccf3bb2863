"""Modifiers: what is told of a service beside its number, where the record supports it."""
