"""A tiny release: an installed package with a Tabular List of a few codes, and its sources."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

FILE = "tiny_release/tabular.xml"

TABULAR = """\
<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2099</version>
  <introduction>
    <introSection type="title"><title>TINY LIST</title></introSection>
  </introduction>
  <chapter>
    <name>1</name>
    <desc>Invented injuries (S00-T99)</desc>
    <notes><note>chapter note</note></notes>
    <includes><note>chapter include</note></includes>
    <sectionIndex>
      <sectionRef first="S10" last="S12" id="S10-S12">Sprockets</sectionRef>
      <sectionRef first="T07" last="T07" id="T07">Several</sectionRef>
    </sectionIndex>
    <section id="S10-T07">
      <desc>Umbrella (S10-T07)</desc>
      <excludes2><note>umbrella exclusion (Z99)</note></excludes2>
    </section>
    <section id="S10-S12">
      <desc>Sprockets (S10-S12)</desc>
      <codeFirst><note>section first (A00)</note></codeFirst>
      <diag>
        <name>S10</name>
        <desc>Bent sprocket</desc>
        <includes><note>warped sprocket</note></includes>
        <excludes1><note>broken sprocket (S11.-)</note></excludes1>
        <useAdditionalCode><note>code for the tool (Y99)</note></useAdditionalCode>
        <useAdditionalCode><note>code for the place (Y92)</note></useAdditionalCode>
        <codeAlso><note>any rust (S12)</note></codeAlso>
        <sevenChrNote><note>One of these belongs to each code of S10</note></sevenChrNote>
        <sevenChrDef>
          <extension char="A">initial encounter</extension>
          <note>first visit</note>
          <extension char="D">subsequent encounter</extension>
          <extension char="S">sequela</extension>
        </sevenChrDef>
        <diag>
          <name>S10.0</name>
          <desc>Bent sprocket of crank</desc>
          <inclusionTerm><note>Crooked   crank
             sprocket</note></inclusionTerm>
        </diag>
        <diag>
          <name>S10.1</name>
          <desc>Bent sprocket of wheel</desc>
          <sevenChrDef>
            <extension char="1">right</extension>
            <extension char="2">left</extension>
          </sevenChrDef>
          <diag placeholder="true">
            <name>S10.1X</name>
            <desc>Bent sprocket of wheel</desc>
            <diag>
              <name>S10.1X3</name>
              <desc>Bent sprocket of wheel with teeth missing</desc>
            </diag>
            <diag>
              <name>S10.1X34</name>
              <desc>Bent sprocket of wheel with teeth intact</desc>
            </diag>
          </diag>
          <diag>
            <name>S10.12</name>
            <desc>Bent sprocket of small wheel</desc>
          </diag>
        </diag>
      </diag>
      <diag>
        <name>S11</name>
        <desc>Broken sprocket</desc>
        <diag>
          <name>S11.9</name>
          <desc>Broken sprocket, unspecified</desc>
          <inclusionTerm><note>Broken sprocket NOS</note></inclusionTerm>
        </diag>
      </diag>
    </section>
    <section id="T07">
      <desc>Several sprockets (T07)</desc>
      <diag>
        <name>T07</name>
        <desc>Several sprockets</desc>
        <sevenChrDef><extension char="A">initial encounter</extension></sevenChrDef>
        <visualImpairment>
          <visCategory><heading>Category</heading></visCategory>
          <visCategory>
            <value>1</value>
            <visRange>
              <visMax><value>6/18</value></visMax>
              <visMin><value>6/60</value></visMin>
            </visRange>
            <visRange><visMax><value>20/70</value></visMax></visRange>
          </visCategory>
        </visualImpairment>
      </diag>
    </section>
  </chapter>
</ICD10CM.tabular>
"""

RELEASE = """
[[release]]
system = "icd10cm"
label = "{label}"
valid_from = {valid_from}
valid_to = {valid_to}
layout = "tabular-xml"
package = "tiny-release"
package_version = "1.0"
file = "{file}"
archived = false
sha256 = "{sha256}"
publisher = "nobody"
licence = "public domain"
seventh_character_limits = []
misplaced_inclusion_terms = []

[release.expected]
chapters = 1
sections = 3
printed = {printed}
headers = {headers}
billable = {billable}

[release.anchors]
S119 = {{ title = "Broken sprocket, unspecified", billable = true }}
"""


@dataclass(frozen=True)
class TinyRelease:
    """A folder that stands on the path with an installed package, and the sources that name it."""

    folder: Path
    sources: Path

    def write(self, tabular: str, file: str = FILE) -> str:
        """Write a release file into the package; return its hash."""
        path = self.folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(tabular, encoding="utf-8")
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def name(self, *releases: dict[str, object]) -> None:
        """Write the sources: the release of the tiny list, with what each one has otherwise."""
        blocks = ["schema = 1\narchives = false\nderived = []\n"]
        for release in releases:
            file = str(release.get("file", FILE))
            path = self.folder / file
            values: dict[str, object] = {
                "label": "2099-01",
                "valid_from": "2099-01-01",
                "valid_to": "2099-12-31",
                "file": file,
                "sha256": hashlib.sha256(path.read_bytes() if path.exists() else b"").hexdigest(),
                "printed": 10,
                "headers": 4,
                "billable": 10,
            }
            blocks.append(RELEASE.format_map(values | release))
        self.sources.write_text("".join(blocks), encoding="utf-8")

    def start(self, program: str, home: Path) -> subprocess.Popen[str]:
        """Start a Python program that finds HOME and SOURCES set."""
        head = (
            "from pathlib import Path\n"
            f"HOME, SOURCES = Path({str(home)!r}), Path({str(self.sources)!r})\n"
        )
        return subprocess.Popen(
            [sys.executable, "-c", head + program],
            env=os.environ | {"PYTHONPATH": str(self.folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def tiny_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TinyRelease:
    """The tiny release, installed for this test."""
    folder = tmp_path / "site"
    information = folder / "tiny_release-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: tiny-release\nVersion: 1.0\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    release = TinyRelease(folder, tmp_path / "sources.toml")
    release.write(TABULAR)
    release.name({})
    return release


@pytest.fixture
def write_tabular(tmp_path: Path) -> Callable[[str], Path]:
    """A call that writes a Tabular List and returns its path."""

    def write(text: str) -> Path:
        path = tmp_path / "tabular.xml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
