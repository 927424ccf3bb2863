"""Claims as they are sent: read into the claim of the model."""
