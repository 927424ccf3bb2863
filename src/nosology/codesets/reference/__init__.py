"""Reads the edit, payment and grouping data of the store back as typed answers."""
