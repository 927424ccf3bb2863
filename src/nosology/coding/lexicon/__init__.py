"""The clinical lexicon: what practice calls a condition, and the code that the Index gives it."""
