"""How well the answers agree with what professional coders answered for the same notes."""
