"""ICD-10-PCS: the tables that codes are composed of, and titles composed of their values."""

from nosology.codesets.pcs.tables import GeneralDevice, Meaning, PcsTables, TableRow, Value
from nosology.codesets.pcs.titles import compose_title

__all__ = ["GeneralDevice", "Meaning", "PcsTables", "TableRow", "Value", "compose_title"]
