"""Claims that are right, with one defect planted: whether the claim editor finds it."""
