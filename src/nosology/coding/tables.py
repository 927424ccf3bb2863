"""The tables in which coding knowledge is kept, as every part of coding reads them."""

from nosology.model.tables import Row, any_of, parts, patterns, rows, settings, table

__all__ = ["Row", "any_of", "parts", "patterns", "rows", "settings", "table"]
