"""The user's own rules: read from TOML, checked as they are read, asked like the product's."""
