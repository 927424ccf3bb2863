"""Which codes follow from what was read, with evidence, rationale and queries."""
