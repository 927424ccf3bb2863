"""The rules, a module for each family; a new module is found by itself."""
