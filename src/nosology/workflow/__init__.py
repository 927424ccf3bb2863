"""The use cases that faces call: each puts the packages together and decides nothing itself."""
