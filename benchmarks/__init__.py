"""Measurements of the product, alone and beside its peers."""
