"""Services, supplies and drugs: from what the record says was done to what is billed for it."""
