"""The Official Guidelines that act on several codes at once, a module for each chapter."""

from __future__ import annotations

from nosology.coding.diagnoses.draft import Guideline
from nosology.coding.guidelines.aftercare import joint_replacement_aftercare
from nosology.coding.guidelines.body_mass import body_mass_index
from nosology.coding.guidelines.circulatory import hypertension
from nosology.coding.guidelines.conventions import additional_codes, etiology_first
from nosology.coding.guidelines.endocrine import (
    diabetes_type,
    diabetes_with_complications,
    diabetes_with_kidney_disease,
)
from nosology.coding.guidelines.external_causes import external_causes
from nosology.coding.guidelines.medicines import long_term_medicines
from nosology.coding.guidelines.mental import dementia_in_disease
from nosology.coding.guidelines.nervous import chronic_pain
from nosology.coding.guidelines.obstetric import pregnancy
from nosology.coding.guidelines.respiratory import obstructive_disease_with_infection

GUIDELINES: tuple[Guideline, ...] = (
    additional_codes,
    diabetes_type,
    diabetes_with_complications,
    diabetes_with_kidney_disease,
    hypertension,
    obstructive_disease_with_infection,
    dementia_in_disease,
    chronic_pain,
    pregnancy,
    joint_replacement_aftercare,
    body_mass_index,
    etiology_first,
    long_term_medicines,
    external_causes,
)
"""In the order in which they are applied."""
