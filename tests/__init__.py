"""The tests; a package, so that no other of the same name is taken for it."""
