"""The plain types that every package shares: frozen, slotted, without behaviour that needs data."""
