"""Procedures whose codes follow rules of their own: lines, fusions, amputations, debridements."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.amputations import amputation
from nosology.coding.inpatient.procedures.building import built, sided
from nosology.coding.inpatient.procedures.catalog import Pattern
from nosology.coding.inpatient.procedures.choices import all_chosen, choices, chosen, tells, words
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing, stated
from nosology.coding.inpatient.procedures.composite import revision, whipple
from nosology.coding.inpatient.procedures.coronary import arteries_in, bypass, intervention
from nosology.coding.inpatient.procedures.counted import presumed
from nosology.coding.inpatient.procedures.places import side_of
from nosology.coding.inpatient.procedures.radiation import beam, brachytherapy
from nosology.coding.inpatient.procedures.reports import Voice
from nosology.coding.inpatient.procedures.spine import disc, fusion
from nosology.coding.inpatient.procedures.veins import PERIPHERAL_VEIN, is_silent, vein
from nosology.coding.rules import because


def _line(act: Act, tables: Tables) -> list[Built]:
    """A catheter in a vein by where its tip ends, with its port or tunnel."""
    own = act.reading.text[act.mention.start : act.mention.end]
    results: list[Built] = []
    place = _tip(act)
    route = "T" if "umbilical" in act.row.how and place == "06H0" else "Z"
    if place:
        why = (because("pcs-catheter-tip"),)
        results.append(stated(act, f"{place}33{route}", tables, why))
    elif any(tells("line", "femoral", piece.text) for group in act.pieces() for piece in group):
        side = side_of(act)
        if side is None:
            results.append(missing(act, "laterality", "06H", ("right", "left")))
        else:
            results += [
                stated(act, f"06H{value}33Z", tables, (because("pcs-catheter-tip"),))
                for value in sided(("M", "N"), side)
            ]
    else:
        results.append(missing(act, "catheter tip", "02H"))
    if tells("line", "port", own):
        results.append(stated(act, "0JH60WZ", tables, ()))
    elif tells("line", "tunneled", act.own.text) and not tells(
        "line", "non_tunneled", act.own.text
    ):
        results.append(stated(act, "0JH63XZ", tables, ()))
    return results


def _tip(act: Act) -> str:
    for pieces in act.pieces():
        said = " ".join(piece.text for piece in pieces)
        tip = re.search(r"\btip\b", said, re.IGNORECASE)
        found = [
            (match.start(), line.value)
            for line in choices("catheter-tip")
            for match in line.words.finditer(said)
        ]
        if found and tip:
            behind = [item for item in found if item[0] > tip.start()]
            lies = re.search(r"\blies in\b|\bis in\b|\bends in\b|\bterminat", said, re.IGNORECASE)
            if lies and (after := [item for item in behind if item[0] > lies.start()]):
                return after[0][1]
            return (behind or found)[0][1]
        if found:
            return found[0][1]
    return ""


_DEBRIDED = Pattern("0[PQNLKJH]B", "*", "?0", "Z", "Z")


def _debridement(act: Act, tables: Tables) -> list[Built]:
    """Excision where the record says excisional, else extraction (AHA advice; B3.5 for layers)."""
    for pieces in act.pieces():
        said = " ".join(piece.text for piece in pieces)
        if tells("debridement", "excisional", said):
            return built(act, _DEBRIDED, tables)
        if tells("debridement", "non_excisional", said):
            return built(act, replace(_DEBRIDED, table="0[PQLKJH]D"), tables)
    return [missing(act, "debridement type", "0JB", ("excisional", "nonexcisional"))]


def _hernia(act: Act, tables: Tables) -> list[Built]:
    """A hernia: repaired, or supplemented where mesh is placed."""
    named = act.reading.text[act.mention.start : act.mention.end]
    system, body = chosen("hernia", named).split()
    device = ""
    for pieces in act.pieces():
        said = " ".join(piece.text for piece in pieces)
        if tells("hernia", "no_mesh", said):
            break
        if tells("hernia", "mesh", said):
            device = "K" if tells("hernia", "biologic", said) else "J"
            break
    operation = "U" if device else "Q"
    return built(act, Pattern(f"{system}{operation}", body, "?", device or "Z", "Z"), tables)


def _patch(act: Act, tables: Tables) -> list[Built]:
    """A patch on an opened artery: supplement of that artery."""
    said = " ".join(piece.text for group in act.pieces() for piece in group)
    device = chosen("patch", act.own.text) or chosen("patch", said)
    if not device:
        return [missing(act, "device", "03U")]
    if re.search(r"\bcarotid\b", said, re.IGNORECASE):
        body = "H/J" if re.search(r"common carotid end", act.own.text, re.IGNORECASE) else "K/L"
        return built(act, Pattern("03U", body, "0", device, "Z"), tables)
    return built(act, Pattern("0[34]U", "*", "0", device, "Z"), tables)


def _laminectomy(act: Act, tables: Tables) -> list[Built]:
    """A decompression of the cord or of the roots, by what the record says was freed."""
    if any("discectom" in piece.text.lower() for piece in (act.own,)):
        return []
    every = " ".join(piece.text for group in act.pieces() for piece in group)
    part = chosen("decompression", act.own.text) or chosen("decompression", every)
    if not part:
        return [missing(act, "level", "00N")]
    cord, root = part.split()
    root_words, cord_words = words("decompression", "roots"), words("decompression", "cord")
    freed = r"[^.;]{0,90}\b(?:decompress|free|follow|unroof|releas)\w*"
    roots = re.search(f"(?:{root_words.pattern}){freed}", every, re.IGNORECASE)
    cords = re.search(f"(?:{cord_words.pattern}){freed}", every, re.IGNORECASE)
    why = (because("pcs-decompression"),)
    results = []
    if roots:
        results.append(stated(act, f"01N{root}0ZZ", tables, why))
    if cords or (not roots and cord_words.search(every)):
        results.append(stated(act, f"00N{cord}0ZZ", tables, why))
    if results:
        return results
    if root_words.search(every):
        return [stated(act, f"01N{root}0ZZ", tables, why)]
    return [missing(act, "body part", "00N", ("spinal cord", "nerve root"))]


_TOOTH = re.compile(r"#\s?(\d{1,2})(?:\s?(?:,|and|&|through|-)\s?#?(\d{1,2}))*")
_LAST_UPPER, _ALL_TEETH = 16, 32


def _teeth(act: Act, tables: Tables) -> list[Built]:
    """Teeth by jaw and number; the universal numbers 1 to 16 are upper."""
    numbers: set[int] = set()
    for pieces in act.pieces():
        for piece in pieces:
            for found in _TOOTH.finditer(piece.text):
                numbers.update(int(number) for number in re.findall(r"\d{1,2}", found.group()))
        if numbers:
            break
    numbers = {number for number in numbers if 1 <= number <= _ALL_TEETH}
    results = []
    if numbers:
        for jaw, teeth in (
            ("W", [number for number in numbers if number <= _LAST_UPPER]),
            ("X", [number for number in numbers if number > _LAST_UPPER]),
        ):
            if teeth:
                many = "2" if len(teeth) == _LAST_UPPER else "1" if len(teeth) > 1 else "0"
                results.append(
                    stated(act, f"0CD{jaw}XZ{many}", tables, (because("pcs-body-part"),))
                )
        return results
    jaws = all_chosen("jaw", act.own.text)
    if len(jaws) != 1:
        return [missing(act, "body part", "0CD", ("upper", "lower"))]
    plural = re.search(r"\bteeth\b|\bextractions\b", act.own.text, re.IGNORECASE)
    whole = re.search(r"\b(?:all|full)\b", act.own.text, re.IGNORECASE)
    many = "2" if whole else "1" if plural else "0"
    return [stated(act, f"0CD{jaws[0]}XZ{many}", tables, (because("pcs-body-part"),))]


def _osteopathic(act: Act, tables: Tables) -> list[Built]:
    """Osteopathic treatment by region and technique, each said beside the treatment."""
    said = act.own.text
    method = chosen("osteopathic-method", said)
    if not method:
        return []
    return [
        stated(act, f"7W0{region}X{method}Z", tables, ())
        for region in all_chosen("osteopathic-region", said)
    ]


def _thrombolysis(act: Act, tables: Tables) -> list[Built]:
    """A thrombolytic by where it is given: the pleural cavity or a vein."""
    if tells("thrombolysis", "pleural", act.own.text):
        return [stated(act, "3E0L317", tables, ())]
    place = vein(act)
    if not place and is_silent(act):
        pattern = Pattern("3E0", "#vein", "3", "1", "7")
        return presumed(built(act, pattern, tables, PERIPHERAL_VEIN))
    if not place:
        return [missing(act, "vein", "3E0")]
    return built(act, Pattern("3E0", "#vein", "3", "1", "7"), tables, place)


_ANGIOPLASTY = Pattern("0[3456]7", "*", "?3", "?Z", "?Z")


_SAMPLES = Pattern("0[0BDFGTUV]B", "*", "?", "Z", "X")


def _frozen(act: Act, tables: Tables) -> list[Built]:
    """A sample for diagnosis, taken before the definitive operation of the same place (B3.4b)."""
    text = act.own.text
    is_sample = (
        tells("sample", "sampled", text)
        and re.search(r"\bfrozen\b", text, re.IGNORECASE)
        and not tells("sample", "margins", text)
    )
    if not is_sample or act.voice is Voice.TITLE:
        return []
    return [result for result in built(act, _SAMPLES, tables) if result.code]


def _angioplasty(act: Act, tables: Tables) -> list[Built]:
    """A vessel widened by a balloon; a patch that widens one is a supplement of its own."""
    before = act.reading.text[max(act.own.start, act.mention.start - 30) : act.mention.start]
    if re.search(r"\bpatch\s*$", before, re.IGNORECASE):
        return []
    if arteries_in(act.own.text):
        return intervention(act, tables)
    return built(act, _ANGIOPLASTY, tables)


RULES: dict[str, Callable[[Act, Tables], Sequence[Built]]] = {
    "line": _line,
    "debridement": _debridement,
    "amputation": amputation,
    "fusion": fusion,
    "disc": disc,
    "bypass": bypass,
    "pci": intervention,
    "thrombolysis": _thrombolysis,
    "angioplasty": _angioplasty,
    "beam": beam,
    "brachytherapy": brachytherapy,
    "frozen": _frozen,
    "hernia": _hernia,
    "patch": _patch,
    "laminectomy": _laminectomy,
    "teeth": _teeth,
    "osteopathic": _osteopathic,
    "whipple": whipple,
    "revision": revision,
}


def special(act: Act, tables: Tables) -> list[Built]:
    """Return the codes by the rule that the name asks for; empty where it has none."""
    rule = RULES.get(act.row.special)
    return list(rule(act, tables)) if rule else []
