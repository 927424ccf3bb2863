"""Bringing the code sets up to date from the publishers' own sites, on request only."""
