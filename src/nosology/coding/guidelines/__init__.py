"""The Official Guidelines that act on several codes at once, a module for each chapter."""

from __future__ import annotations

from nosology.coding.diagnoses.draft import Guideline
from nosology.coding.guidelines.aftercare import (
    aftercare_status,
    follow_up,
    joint_replacement_aftercare,
    no_aftercare_of_injuries,
    surgical_aftercare,
)
from nosology.coding.guidelines.blood import anemia_in_kidney_disease, pancytopenia
from nosology.coding.guidelines.body_mass import body_mass_index
from nosology.coding.guidelines.breast import place_in_breast
from nosology.coding.guidelines.burns import burns, corrosive_first
from nosology.coding.guidelines.cerebrovascular import stroke_sequelae
from nosology.coding.guidelines.circulatory import (
    cardiac_arrest,
    heart_disease_by_name,
    hypertension,
    hypertensive_crisis,
    hypertensive_partners,
    secondary_hypertension,
)
from nosology.coding.guidelines.combinations import combination_codes
from nosology.coding.guidelines.complications import infections_of_devices
from nosology.coding.guidelines.conventions import (
    additional_codes,
    etiology_first,
    manifestations,
)
from nosology.coding.guidelines.coronary import (
    graft_disease,
    infarction_sequence,
    infarction_subsequent,
    infarction_time,
    infarction_type_2,
)
from nosology.coding.guidelines.course import acute_before_chronic, impending
from nosology.coding.guidelines.delivery import delivery
from nosology.coding.guidelines.digestive import (
    cirrhosis_with_complication,
    polyp_found_adenoma,
)
from nosology.coding.guidelines.encounters import (
    examination_before_surgery,
    examination_by_age,
    examination_findings,
    first_listed,
    general_examination,
    gynecologic_examination,
    observation,
    prophylactic_removal,
)
from nosology.coding.guidelines.endocrine import (
    diabetes_as_cause,
    diabetes_control,
    diabetes_type,
    diabetes_with_complications,
    diabetes_with_kidney_disease,
    insulin_for_a_time,
    secondary_diabetes,
)
from nosology.coding.guidelines.exclusions import (
    excluded_together,
    general_terms,
    with_and_without,
)
from nosology.coding.guidelines.external_causes import external_causes
from nosology.coding.guidelines.eye import blindness, glaucoma_of_each_eye
from nosology.coding.guidelines.genitourinary import (
    kidney_disease_stage,
    kidney_transplant,
    retention_in_hyperplasia,
    symptoms_of_hyperplasia,
)
from nosology.coding.guidelines.infectious import (
    confirmed_cases_only,
    coronavirus,
    hiv,
    infection_sequelae,
    influenza_with,
)
from nosology.coding.guidelines.injuries import (
    abuse,
    fractures_together,
    injuries_by_severity,
    injury_sequelae,
    several_ribs,
    superficial_injuries,
    unconsciousness,
)
from nosology.coding.guidelines.medicines import long_term_medicines
from nosology.coding.guidelines.mental import dementia_behavior, dementia_in_disease
from nosology.coding.guidelines.musculoskeletal import (
    fracture_in_neoplasm,
    fracture_in_osteoporosis,
    gout_with_tophi,
    healed_osteoporotic_fracture,
    joint_of_foot,
)
from nosology.coding.guidelines.neoplasm_effects import (
    anemia_in_neoplasm,
    malignancy_before_symptom,
    neoplasm_under_treatment,
    receptor_status,
    recurrence_by_marker,
    treatment_effects,
)
from nosology.coding.guidelines.neoplasm_sites import (
    secondary_sites,
    site_of_cancer,
    unknown_sites,
)
from nosology.coding.guidelines.neoplasms import (
    antineoplastic_encounter,
    neoplasm_follow_up,
    neoplasm_status,
)
from nosology.coding.guidelines.nervous import (
    chronic_pain,
    dominance,
    neoplasm_pain,
    pain_first,
    postoperative_pain,
    quadriplegia_level,
    status_named,
)
from nosology.coding.guidelines.obstetric import pregnancy
from nosology.coding.guidelines.organisms import catheter_infection, organisms, resistance
from nosology.coding.guidelines.perinatal import newborn
from nosology.coding.guidelines.poisoning import (
    adverse_effects,
    effects_in_order,
    poisoning,
    underdosing,
)
from nosology.coding.guidelines.prenatal import (
    gestational_diabetes,
    membranes,
    supervision,
    supervision_for_history,
    weeks_of_gestation,
)
from nosology.coding.guidelines.respiratory import (
    emphysema,
    exacerbation_of_one,
    obstructive_disease_with_infection,
    respiratory_failure,
    tobacco,
    vaping,
    ventilator_pneumonia,
)
from nosology.coding.guidelines.sepsis import sepsis
from nosology.coding.guidelines.skin import chronic_ulcer, pressure_ulcer
from nosology.coding.guidelines.social import social_determinants
from nosology.coding.guidelines.spine import level_of_spine, stenosis_with_claudication
from nosology.coding.guidelines.statuses import statuses_beside_conditions
from nosology.coding.guidelines.stroke import (
    stroke_of_procedure,
    stroke_score,
    thrombolysis_elsewhere,
    transient_attack,
)
from nosology.coding.guidelines.substance_use import (
    blood_alcohol,
    nicotine_product,
    no_induced_disorder,
    pattern_of_use,
    smoker,
    use_with_disorder,
)
from nosology.coding.guidelines.symptoms import coma_scale, noninfectious_inflammation
from nosology.coding.guidelines.vessels import chronic_thrombosis, leg_ulcer

GUIDELINES: tuple[Guideline, ...] = (
    confirmed_cases_only,
    impending,
    additional_codes,
    infection_sequelae,
    influenza_with,
    catheter_infection,
    organisms,
    resistance,
    site_of_cancer,
    place_in_breast,
    secondary_sites,
    neoplasm_status,
    unknown_sites,
    treatment_effects,
    anemia_in_neoplasm,
    receptor_status,
    recurrence_by_marker,
    malignancy_before_symptom,
    neoplasm_follow_up,
    infarction_time,
    infarction_subsequent,
    infarction_type_2,
    infarction_sequence,
    stroke_of_procedure,
    transient_attack,
    stroke_sequelae,
    dominance,
    quadriplegia_level,
    status_named,
    kidney_disease_stage,
    cirrhosis_with_complication,
    combination_codes,
    graft_disease,
    retention_in_hyperplasia,
    symptoms_of_hyperplasia,
    pressure_ulcer,
    chronic_ulcer,
    blindness,
    glaucoma_of_each_eye,
    fracture_in_neoplasm,
    fracture_in_osteoporosis,
    healed_osteoporotic_fracture,
    joint_of_foot,
    gout_with_tophi,
    no_induced_disorder,
    pattern_of_use,
    use_with_disorder,
    smoker,
    nicotine_product,
    diabetes_type,
    diabetes_control,
    secondary_diabetes,
    diabetes_as_cause,
    diabetes_with_complications,
    diabetes_with_kidney_disease,
    anemia_in_kidney_disease,
    pancytopenia,
    leg_ulcer,
    chronic_thrombosis,
    level_of_spine,
    stenosis_with_claudication,
    heart_disease_by_name,
    hypertensive_crisis,
    secondary_hypertension,
    hypertension,
    hypertensive_partners,
    cardiac_arrest,
    kidney_transplant,
    ventilator_pneumonia,
    obstructive_disease_with_infection,
    emphysema,
    exacerbation_of_one,
    respiratory_failure,
    dementia_in_disease,
    dementia_behavior,
    neoplasm_pain,
    postoperative_pain,
    chronic_pain,
    infections_of_devices,
    unconsciousness,
    several_ribs,
    fractures_together,
    injury_sequelae,
    superficial_injuries,
    injuries_by_severity,
    burns,
    corrosive_first,
    abuse,
    adverse_effects,
    neoplasm_under_treatment,
    poisoning,
    underdosing,
    coma_scale,
    noninfectious_inflammation,
    general_examination,
    examination_by_age,
    gynecologic_examination,
    examination_before_surgery,
    newborn,
    supervision_for_history,
    gestational_diabetes,
    pregnancy,
    delivery,
    supervision,
    membranes,
    weeks_of_gestation,
    joint_replacement_aftercare,
    surgical_aftercare,
    aftercare_status,
    no_aftercare_of_injuries,
    follow_up,
    statuses_beside_conditions,
    body_mass_index,
    hiv,
    with_and_without,
    general_terms,
    polyp_found_adenoma,
    excluded_together,
    etiology_first,
    manifestations,
    acute_before_chronic,
    effects_in_order,
    pain_first,
    stroke_score,
    thrombolysis_elsewhere,
    blood_alcohol,
    coronavirus,
    sepsis,
    vaping,
    antineoplastic_encounter,
    tobacco,
    long_term_medicines,
    insulin_for_a_time,
    examination_findings,
    observation,
    prophylactic_removal,
    social_determinants,
    first_listed,
    external_causes,
)
"""In the order in which they are applied."""
