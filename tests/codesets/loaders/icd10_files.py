"""Small indexes, tables and definitions in the published layouts; their words are invented."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nosology.codesets.loaders import (
    icd10cm_index,
    icd10cm_table,
    icd10pcs_definitions,
    icd10pcs_index,
    icd10pcs_tables,
)
from nosology.codesets.loaders.contract import Edition, Loader
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.recording import Recorded, record_release
from nosology.codesets.release import Rows
from nosology.codesets.schema import tables

LOADERS: tuple[Loader, ...] = (
    *icd10cm_index.LOADERS,
    *icd10cm_table.LOADERS,
    *icd10pcs_tables.LOADERS,
    *icd10pcs_index.LOADERS,
    *icd10pcs_definitions.LOADERS,
)

INDEX = """\
<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index>
  <version>2025</version>
  <title>ICD-10-CM INDEX TO SPROCKETS and CRANKS</title>
  <letter>
    <title>A</title>
    <mainTerm>
      <title>Ache<nemod>(dull) (of unknown origin, sharp)</nemod></title>
      <see>Pain</see>
    </mainTerm>
    <mainTerm>
      <title>Aching</title>
      <see>Ache, wheel</see>
    </mainTerm>
  </letter>
  <letter>
    <title>C</title>
    <mainTerm>
      <title>Cancer</title>
      <seeAlso>Neoplasm, by site, malignant</seeAlso>
    </mainTerm>
    <mainTerm>
      <title>Circle</title>
      <see>Round</see>
    </mainTerm>
    <mainTerm>
      <title>Crank</title>
      <see>condition</see>
    </mainTerm>
  </letter>
  <letter>
    <title>F</title>
    <mainTerm>
      <title>Fracture, chronic</title>
      <term level="1">
        <title>crank</title>
        <code>M84.4-</code>
      </term>
    </mainTerm>
    <mainTerm>
      <title>Fracture, sudden<nemod>(forced)</nemod></title>
      <code>S10.9</code>
      <term level="1">
        <title>crank</title>
        <code>S10.0</code>
        <term level="2">
          <title>lower end</title>
          <code>S10.1-</code>
        </term>
        <term level="2">
          <title>bottom end</title>
          <see>Fracture, crank, lower end</see>
        </term>
      </term>
      <term level="1">
        <title>wheels or sprockets</title>
        <code>S11.9</code>
      </term>
    </mainTerm>
  </letter>
  <letter>
    <title>P</title>
    <mainTerm>
      <title>Pain, pains, painful<nemod>(acute)</nemod> NEC</title>
      <code>R52</code>
      <term level="1">
        <title>due to</title>
        <term level="2">
          <title>rust</title>
          <code>R52.1</code>
          <manif>M49.8-</manif>
        </term>
      </term>
      <term level="1">
        <title>in</title>
        <subcat>R10.1</subcat>
      </term>
      <term level="1">
        <title><nemod>(somatic)</nemod></title>
        <seecat>R53</seecat>
      </term>
      <term level="1">
        <title>substance</title>
        <see>Table of Drugs and Chemicals, by drug</see>
      </term>
    </mainTerm>
  </letter>
  <letter>
    <title>R</title>
    <mainTerm>
      <title>Round</title>
      <see>Circle</see>
    </mainTerm>
  </letter>
</ICD10CM.index>
"""

EXTERNAL_CAUSES = """\
<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index>
  <version>2025</version>
  <title>ICD-10-CM EXTERNAL CAUSE of BENT SPROCKETS INDEX</title>
  <letter>
    <title>F</title>
    <mainTerm>
      <title>Fall, falling<nemod>(by accident)</nemod></title>
      <code>W19</code>
      <term level="1">
        <title>from, off</title>
        <term level="2">
          <title>crane</title>
          <code>W11</code>
        </term>
      </term>
    </mainTerm>
  </letter>
</ICD10CM.index>
"""


def _cells(*codes: str) -> str:
    return "".join(
        f'<cell col="{number}">{code}</cell>' for number, code in enumerate(codes, start=2)
    )


def _table(first: str, letters: str) -> str:
    heads = "".join(f'<head col="{n}">{h}</head>' for n, h in enumerate((first, *"ABCDEF"), 1))
    return f"""\
<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index>
  <version>2025</version>
  <indexHeading>{heads}</indexHeading>
  {letters}
</ICD10CM.index>
"""


DRUGS = _table(
    "Substance",
    f"""<letter>
    <title>O</title>
    <mainTerm>
      <title>Oil<nemod>(machine)</nemod> NEC</title>
      {_cells("T51.3X1", "T51.3X2", "T51.3X3", "T51.3X4", "T51.3X5", "--")}
      <term level="1">
        <title>chain</title>
        {_cells("T51.4X1", "T51.4X2", "T51.4X3", "T51.4X4", "--", "--")}
      </term>
    </mainTerm>
    <mainTerm>
      <title>Ointment</title>
      <see>Oil</see>
    </mainTerm>
  </letter>""",
)

NEOPLASMS = _table(
    "Neoplasm",
    f"""<letter>
    <title>N</title>
    <mainTerm>
      <title>Neoplasm, neoplastic</title>
      {_cells("C80.1", "C79.9", "D09.9", "D36.9", "D48.9", "D49.9")}
      <term level="1">
        <title>wheel<nemod>(rim) (spoke)</nemod></title>
        {_cells("C50.9-", "C79.81", "-", "D24.-", "D48.6-", "D49.3")}
        <term level="2">
          <title>hub</title>
          <manif>middle of the wheel</manif>
          <cell col="2">C50.0-</cell>
        </term>
      </term>
    </mainTerm>
  </letter>""",
)

SPREADSHEET = """\
RowID,Letter,Level,Term,See,SeeAlso,NonEssModif,Code
1,A,0,Ache,Pain,,(dull),
2,P,0,"Pain, pains",,,(acute) NEC (sharp),R52
3,P,1,crank,,subcategory M14.8-,(of unknown (late) origin,S10.1-
4,P,2,,,,(somatic),F45.41
5,Z,0,Zinc,,,,T56.5X-
"""

PCS_TABLES = """\
<?xml version="1.0" encoding="utf-8"?>
<ICD10PCS.tabular>
  <version>2025</version>
  <title>2025 ICD-10-PCS Tables</title>
  <pcsTable>
    <axis pos="1" values="1">
      <title>Section</title>
      <label code="0">Medical and Surgical</label>
    </axis>
    <axis pos="2" values="1">
      <title>Body System</title>
      <label code="D">Gearing</label>
    </axis>
    <axis pos="3" values="1">
      <title>Operation</title>
      <label code="1">Bypass</label>
      <definition>Altering the route of a chain</definition>
    </axis>
    <pcsRow codes="6">
      <axis pos="4" values="1">
        <title>Body Part</title>
        <label code="6">Crank</label>
      </axis>
      <axis pos="5" values="3">
        <title>Approach</title>
        <label code="0">Open</label>
        <label code="4">Percutaneous</label>
        <label code="8">Via Natural or Artificial Opening</label>
      </axis>
      <axis pos="6" values="2">
        <title>Device</title>
        <label code="7">Spring, Coiled, Two</label>
        <label code="Z">No Device</label>
      </axis>
      <axis pos="7" values="1">
        <title>Qualifier</title>
        <label code="A">Wheel</label>
      </axis>
    </pcsRow>
    <pcsRow codes="1">
      <axis pos="4" values="1">
        <title>Body Part</title>
        <label code="U">Wheel, Left</label>
      </axis>
      <axis pos="5" values="1">
        <title>Approach</title>
        <label code="0">Open</label>
      </axis>
      <axis pos="6" values="1">
        <title>Device</title>
        <label code="Z">No Device</label>
      </axis>
      <axis pos="7" values="1">
        <title>Qualifier</title>
        <label code="A">Sprocket</label>
      </axis>
    </pcsRow>
  </pcsTable>
  <pcsTable>
    <axis pos="1" values="1">
      <title>Section</title>
      <label code="0">Medical and Surgical</label>
    </axis>
    <axis pos="2" values="1">
      <title>Body System</title>
      <label code="D">Gearing</label>
    </axis>
    <axis pos="3" values="1">
      <title>Operation</title>
      <label code="T">Resection</label>
    </axis>
    <pcsRow codes="2">
      <axis pos="4" values="2">
        <title>Body Part</title>
        <label code="6">Crank</label>
        <label code="U">Wheel, Left</label>
      </axis>
      <axis pos="5" values="1">
        <title>Approach</title>
        <label code="0">Open</label>
      </axis>
      <axis pos="6" values="1">
        <title>Device</title>
        <label code="Z">No Device</label>
      </axis>
      <axis pos="7" values="1">
        <title>Qualifier</title>
        <label code="Z">No Qualifier</label>
      </axis>
    </pcsRow>
  </pcsTable>
</ICD10PCS.tabular>
"""
PCS_CODES = [
    *("0D1607A", "0D160ZA", "0D1647A", "0D164ZA", "0D1687A", "0D168ZA", "0D1U0ZA"),
    *("0DT60ZZ", "0DTU0ZZ"),
]

PCS_INDEX = """\
<?xml version="1.0" encoding="utf-8"?>
<ICD10PCS.index>
  <version>2025</version>
  <title>2025 ICD-10-PCS Index</title>
  <letter>
    <title>C</title>
    <mainTerm>
      <title>Crankectomy</title>
      <term level="1">
        <see>Resection, Crank<codes>0DT6</codes></see>
      </term>
      <term level="1">
        <see>Bypass, Gearing<tab>0D1</tab></see>
      </term>
    </mainTerm>
    <mainTerm>
      <title>Cranky crank</title>
      <use>Crank</use>
    </mainTerm>
  </letter>
  <letter>
    <title>R</title>
    <mainTerm>
      <title>Resection</title>
      <term level="1">
        <title>Crank</title>
        <codes>0DT6</codes>
      </term>
      <term level="1">
        <title>Wheel</title>
        <term level="2">
          <title>Left</title>
          <code>0DTU0ZZ</code>
        </term>
      </term>
      <term level="1">
        <title>Gearing</title>
        <tab>0DT</tab>
      </term>
    </mainTerm>
  </letter>
</ICD10PCS.index>
"""

PCS_DEFINITIONS = """\
<?xml version="1.0" encoding="utf-8"?>
<ICD10PCS.definitions>
  <version>2025</version>
  <title>2025 ICD-10-PCS Definitions</title>
  <section code="0">
    <title>Medical and Surgical</title>
    <axis pos="3">
      <title>Operation</title>
      <terms>
        <title>Resection</title>
        <definition>Taking the whole part out</definition>
        <explanation>Without another in its place</explanation>
        <includes>Crankectomy</includes>
      </terms>
    </axis>
    <axis pos="4">
      <title>Body Part</title>
      <terms>
        <title>Wheel, Left</title>
        <title>Wheel, Right</title>
        <includes>Left rim</includes>
        <includes>Right rim</includes>
      </terms>
    </axis>
  </section>
  <deviceAggregation>
    <aggregate>
      <device>Spring, Coiled, Two</device>
      <operation>All applicable</operation>
      <bodySys>Gearing</bodySys>
      <bodySys>Frame</bodySys>
      <parent value="7">Spring</parent>
    </aggregate>
  </deviceAggregation>
</ICD10PCS.definitions>
"""

# File name -> its text, the name of the loader that reads it, and its data rows.
FILES: dict[str, tuple[str, str, int]] = {
    "icd-10-cm-index-2025.xml": (INDEX, "icd10cm-index-xml", 19),
    "icd-10-cm-eindex-2025.xml": (EXTERNAL_CAUSES, "icd10cm-external-cause-index-xml", 3),
    "icd-10-cm-drug-2025.xml": (DRUGS, "icd10cm-drug-table-xml", 3),
    "icd-10-cm-neoplasm-2025.xml": (NEOPLASMS, "icd10cm-neoplasm-table-xml", 3),
    "ICD10CM_2025_Index.csv": (SPREADSHEET, "icd10cm-index-csv", 5),
    "icd10pcs_tables_2025.xml": (PCS_TABLES, "icd10pcs-tables-xml", 3),
    "icd10pcs_index_2025.xml": (PCS_INDEX, "icd10pcs-index-xml", 9),
    "icd10pcs_definitions_2025.xml": (PCS_DEFINITIONS, "icd10pcs-definitions-xml", 8),
}
BOOKS = tuple(name for name in FILES if not name.endswith(".csv"))


def loader_of(name: str) -> Loader:
    """Return the loader of one of the files."""
    return next(one for one in LOADERS if one.name == FILES[name][1])


def written(folder: Path, name: str, text: str | None = None) -> Publication:
    """Return one of the files, written into a folder, with another text where one is given."""
    path = folder / name
    path.write_text(FILES[name][0] if text is None else text, encoding="utf-8", newline="")
    return Publication(path)


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


@contextlib.contextmanager
def empty_store(releases: int = 2) -> Iterator[sqlite3.Connection]:
    """Yield the tables of a store in memory, with so many releases under which to write."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(tables())
        for number in range(1, releases + 1):
            _record(
                connection,
                Edition("icd10pcs-tables", f"20{number:02}-10", dt.date(2024, 10, 1), None),
            )
        yield connection


def _record(connection: sqlite3.Connection, edition: Edition) -> int:
    return record_release(
        connection,
        Recorded(
            system=edition.data_set,
            label=edition.label,
            part=edition.part,
            valid_from=edition.valid_from,
            valid_to=edition.valid_to,
            rows=0,
            billable=None,
            source="",
            publisher="",
            licence="",
            sha256="",
            loader="",
        ),
    )


@contextlib.contextmanager
def store_of(files: Iterable[Publication]) -> Iterator[Rows]:
    """Yield a call that puts questions to a store that holds the files."""
    with empty_store(0) as connection:
        for file in files:
            loader = next(one for one in LOADERS if one.recognizes(file))
            [edition] = loader.editions(file)
            number = _record(connection, edition)
            loaded = loader.load(connection, number, file, silent)
            connection.execute(
                "UPDATE release SET rows = ?, billable = ?, completeness = ?, remark = ?,"
                " source = ?, publisher = ?, licence = ?, loader = ? WHERE release = ?",
                (
                    loaded.rows,
                    loaded.billable,
                    loaded.completeness,
                    loaded.remark,
                    file.name,
                    loader.publisher,
                    loader.licence,
                    loader.name,
                    number,
                ),
            )

        def rows(query: str, *asked: object) -> list[Any]:
            return connection.execute(query, asked).fetchall()

        yield rows
