"""What only a hospital's inpatient claim asks for."""
