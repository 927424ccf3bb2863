"""The claim editor: every edit that a payer would make, each with its authority and its remedy."""
