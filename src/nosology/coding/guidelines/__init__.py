"""The Official Guidelines that act on several codes at once, a module for each chapter."""

from __future__ import annotations

from nosology.coding.diagnoses.draft import Guideline
from nosology.coding.guidelines.circulatory import hypertension
from nosology.coding.guidelines.endocrine import (
    diabetes_medicines,
    diabetes_type,
    diabetes_with_kidney_disease,
    foot_ulcer_site,
)
from nosology.coding.guidelines.external_causes import external_causes
from nosology.coding.guidelines.nervous import chronic_pain

GUIDELINES: tuple[Guideline, ...] = (
    diabetes_type,
    diabetes_with_kidney_disease,
    foot_ulcer_site,
    hypertension,
    chronic_pain,
    diabetes_medicines,
    external_causes,
)
"""In the order in which they are applied."""
