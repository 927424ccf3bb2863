"""From what was read to ICD-10-CM codes: find the term, choose the code, apply what is reported."""
