"""What was done during a hospital stay, as codes of ICD-10-PCS that are built axis by axis."""
