"""Words of one family are levelled to one form by rule."""

import pytest

from nosology.language.normalization import normalize


@pytest.mark.parametrize(
    ("word", "levelled"),
    [
        ("tachycardic", "tachycardia"),
        ("bradycardic", "bradycardia"),
        ("dyspneic", "dyspnea"),
        ("dyspnoeic", "dyspnea"),
        ("hyponatremic", "hyponatremia"),
        ("hyperkalaemic", "hyperkalemia"),
        ("leucocytosis", "leukocytosis"),
        ("caecum", "cecum"),
        ("coeliac", "celiac"),
        ("mucocoele", "mucocele"),
        ("paraesthesia", "paresthesia"),
        ("localisation", "localization"),
        ("discoloured", "discolored"),
    ],
)
def test_variants_of_spelling_and_adjectives(word: str, levelled: str) -> None:
    assert normalize(word) == normalize(levelled) == levelled


@pytest.mark.parametrize("word", ["hypoglycemic", "oxygenic", "color", "raising"])
def test_what_only_looks_like_a_variant_stays(word: str) -> None:
    assert normalize(word) == word
