"""Claims of X12 837 files."""

from nosology.claims.x12.reading import ReadClaim, Rejected, read_claims, read_transmission

__all__ = ["ReadClaim", "Rejected", "read_claims", "read_transmission"]
