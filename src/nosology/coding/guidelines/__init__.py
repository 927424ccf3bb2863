"""The Official Guidelines that act on several codes at once, a module for each chapter."""

from __future__ import annotations

from nosology.coding.diagnoses.draft import Guideline
from nosology.coding.guidelines.body_mass import body_mass_index
from nosology.coding.guidelines.circulatory import hypertension
from nosology.coding.guidelines.endocrine import (
    diabetes_medicines,
    diabetes_type,
    diabetes_with_kidney_disease,
    foot_ulcer_site,
)
from nosology.coding.guidelines.external_causes import external_causes
from nosology.coding.guidelines.nervous import chronic_pain
from nosology.coding.guidelines.obstetric import pregnancy
from nosology.coding.guidelines.respiratory import obstructive_disease_with_infection

GUIDELINES: tuple[Guideline, ...] = (
    diabetes_type,
    diabetes_with_kidney_disease,
    foot_ulcer_site,
    hypertension,
    obstructive_disease_with_infection,
    chronic_pain,
    pregnancy,
    body_mass_index,
    diabetes_medicines,
    external_causes,
)
"""In the order in which they are applied."""
