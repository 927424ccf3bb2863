"""Small invented files in the exact layouts in which CMS and AHRQ publish theirs.

The notices are words of ours; the codes stand for nothing and the amounts are made up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nosology.codesets.loaders.add_on import LOADERS as ADD_ON
from nosology.codesets.loaders.add_on import read_add_on
from nosology.codesets.loaders.anesthesia import LOADERS as ANESTHESIA
from nosology.codesets.loaders.anesthesia import read_anesthesia
from nosology.codesets.loaders.asp import LOADERS as ASP
from nosology.codesets.loaders.asp import read_asp
from nosology.codesets.loaders.ccsr import LOADERS as CCSR
from nosology.codesets.loaders.ccsr import read_ccsr
from nosology.codesets.loaders.contract import Loaded, Loader
from nosology.codesets.loaders.coverage import LOADERS as COVERAGE
from nosology.codesets.loaders.coverage import read_coverage
from nosology.codesets.loaders.gems import LOADERS as GEMS
from nosology.codesets.loaders.gems import read_gems
from nosology.codesets.loaders.gpci import LOADERS as GPCI
from nosology.codesets.loaders.gpci import read_gpci
from nosology.codesets.loaders.hcc import LOADERS as HCC
from nosology.codesets.loaders.hcc import read_hcc
from nosology.codesets.loaders.localities import LOADERS as LOCALITIES
from nosology.codesets.loaders.localities import read_localities
from nosology.codesets.loaders.mpfs import LOADERS as MPFS
from nosology.codesets.loaders.mpfs import read_mpfs
from nosology.codesets.loaders.mue import LOADERS as MUE
from nosology.codesets.loaders.mue import read_mue
from nosology.codesets.loaders.ndc import LOADERS as NDC
from nosology.codesets.loaders.ndc import read_packages
from nosology.codesets.loaders.ptp import LOADERS as PTP
from nosology.codesets.loaders.ptp import read_ptp
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.schema import tables

PTP_TEXT = (
    "Notice: the numbers belong to somebody.\t\t\t\t\t\t\r\n"
    "Column 1/Column 2 Edits\t\t\t\t\t\t\r\n"
    "Column 1\tColumn 2\t* = In existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
    "\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
    "10001\t10002\t\t20200101\t*\t1\tMore of the same\r\n"
    "10001\t10003\t*\t19960101\t20191231\t0\tPart of the whole\r\n"
    "10001\tQ9001\t\t20190401\t20190401\t9\tPart of the whole\r\n"
    '10004\t10001\t\t20240101\t*\t0\tPart of the whole, "and more"\r\n'
)

PTP_CONVERTED = (
    "column1,column2,deletion_date,modifier,rationale\n"
    "10001,10002,9999-12-31,1,More of the same\n"
    '10001,10003,2019-12-31,0,"Part, of the whole"\n'
)

MUE_TEXT = (
    '"Notice: the numbers belong to somebody.\nAll rights are theirs.",,,\r\n'
    '"HCPCS/\nCPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale'
    "\r\n"
    "10001,1,2 Date of Service Edit: Policy,Code says one\r\n"
    "10002,12,3 Date of Service Edit: Clinical,Data\r\n"
    "A9001,0,1 Line Edit,CMS Policy\r\n"
)

ADD_ON_TEXT = (
    "Notice: the numbers belong to somebody.\t\t\t\t\t\t\t\r\n"
    "AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\t"
    "AOC_Edit_DelDT\tSpecial_Instruction_Notes\r\n"
    "1\t10011\t\t10001\t\t2013091\t\t\r\n"
    "1\t10011\t\t10002\t2023365\t2013091\t\t\r\n"
    "2\t10012\t\tCCCCC\t\t2014001\t\tContractor defined\r\n"
    "3\t10013\t\t10001\t\t2015001\t2020366\t\r\n"
    "3\t10013\t\tCCCCC\t\t2015001\t\t\r\n"
)

MPFS_COLUMNS = (
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,"
    "DAYS,OP,OP,OP,PROC,SURG,SURG,SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,"
    "AMOUNT"
)
_COMMAS = "," * 30
MPFS_TEXT = (
    f"2026 National Physician Fee Schedule Relative Value File April Release{_COMMAS}\r\n"
    f"RELEASED 03/05/2026{_COMMAS}\r\n"
    f"{_COMMAS}\r\n"
    f"Notice: the descriptions belong to somebody.{_COMMAS}\r\n"
    f'"Dental codes, too.",{_COMMAS[1:]}\r\n'
    f"{_COMMAS}\r\n"
    f",,,,NOT USED{',' * 26}\r\n"
    f",,,,FOR{',' * 26}\r\n"
    f",,,STATUS,MEDICARE,WORK,NON-FAC{',' * 24}\r\n"
    f"{MPFS_COLUMNS}\r\n"
    '10001,,"Secret words, of others",A,,1.30,1.33,,0.56,,.10,2.73,1.96,0,090,0.10,0.80,0.10,2,1,0,'
    "1,0,,33.4009,09,0,99,0.00,0.00,0.00\r\n"
    "10001,26,Secret words,A,+,.50,0.20,NA,0.20,,.02,0.72,0.72,1,XXX,0.00,0.00,0.00,0,0,0,0,0,"
    '10002,33.4009,6A,0,88,"1,234.50",0.00,0.00\r\n'
)

# The year with a column more before the conversion factor.
MPFS_WIDER_TEXT = "\r\n".join(
    ",".join((*line.split(",")[:24], "X" if number == 9 else "", *line.split(",")[24:]))
    for number, line in enumerate(MPFS_TEXT.replace("Secret words, of", "Secret").split("\r\n"))
    if line
).replace('"1,234.50"', "1234.50")

MPFS_AMOUNTS = (
    "hcpcs_code,mod,rvu_work,rvu_non_pe,rvu_fac_pe,rvu_mp,rvu_non_sum,rvu_fac_sum,rvu_opps_non_pe,"
    "rvu_opps_fac_pe,rvu_opps_mp,cf\n"
    "10001,,1.3,1.33,0.5600000000000001,0.1,2.73,1.96,0.0,0.0,0.0,33.2875\n"
    "10001,26,0.5,0.2,0.2,0.02,0.72,0.72,0.0,0.0,0.0,33.2875\n"
)
MPFS_INDICATORS = (
    "hcpcs_code,mod,status,pctc,glob,pre_op,intra_op,post_op,mult_proc,bilat_surg,asst_surg,"
    "co_surg,team_surg,endo_base,phys_diag_pro,diag_img_fam,non_na,fac_na,not_used_mcr\n"
    "10001,,A,0.0,090,0.1,0.8,0.1,2.0,1.0,0.0,1.0,0.0,,09,99,,,\n"
    "10001,26,A,1.0,XXX,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,10002,6A,88,NA,,+\n"
)

GPCI_TEXT = (
    "ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE,,,,,,,\r\n"
    ",,,,,,,\r\n"
    "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
    "2026 PW GPCI (without 1.0 Floor),2026 PW GPCI (with 1.0 Floor),2026 PE GPCI,2026 MP GPCI\r\n"
    "99101,AK,01,FAR NORTH*,0.990,1.5,1.081,0.592\r\n"
    '99102,TX,5,"BIG TOWN, SUBURBS",1.017,1.017,1.093,0.662\r\n'
    ",,,,,,,\r\n"
    "* The floor there is another.,,,,,,,\r\n"
)

LOCALITIES_TEXT = (
    "COUNTIES INCLUDED IN 2026 LOCALITIES,,,,\r\n"
    ",,,,\r\n"
    "Medicare Adminstrative Contractor ,Locality Number ,State ,Fee Schedule Area ,Counties\r\n"
    "9101,1,FAR NORTH,STATEWIDE,ALL COUNTIES\r\n"
    ",,,,\r\n"
    '99102,5,BIG STATE,BIG TOWN,"NEAR, FAR AND WIDE"\r\n'
    "99102,99,,REST OF STATE*,ALL OTHER COUNTIES\r\n"
    "*  Payment locality is served by two.,,,,\r\n"
)

ANESTHESIA_TEXT = (
    "Contractor,Locality,Locality Name,Qualifying APM National Anes CF of 20.60,"
    "Non-Qualifying APM National Anes CF of 20.50\r\n"
    "99101,01,FAR NORTH,27.95,27.86\r\n"
    "99102,05,BIG TOWN,20.10,20.04\r\n"
    "\x1a,,,,\r\n"
)

ASP_TEXT = (
    "Payment Allowance Limits for Medicare Part B Drugs,,,,,,,,,,,\r\n"
    ",,,,,,,,,,,\r\n"
    '"Effective April 1, 2026 through June 30, 2026",,,,,,,,,,,\r\n'
    ",,,,,,,,,,,\r\n"
    "Note 1: These\xa0are made up.,,,,,,,,,,,\r\n"
    "Note 2: Nothing follows from them.,,,,,,,,,,,\r\n"
    ",,,,,,,,,,,\r\n"
    ",,,,,,,,,,,\r\n"
    "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,"
    "Vaccine AWP%,Vaccine Limit,Blood AWP%,Blood limit,Clotting Factor,Notes,\r\n"
    "10001,Secret words,1 ML,137.828,20.000,,,,,,,\r\n"
    'J9001,Inj of nothing,10 MG,"1,234.50",0.000,,,,,,Added then,\r\n'
    'J9002,Inj of naught,1 EACH,N/A,20.000,95,,,,1,"""lesser of"" applied",\r\n'
)

NDC_TEXT = (
    "April 2026 ASP NDC - HCPCS Crosswalk for Medicare Part B Drugs,,,,,,,,,,,\r\n"
    '"     Effective April 1, 2026 through June 30, 2026",,,,,,,,,,,\r\n'
    + ",,,,,,,,,,,\r\n"
    * 6
    + "_2026_CODE,Short Description,LABELER NAME,NDC2,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,"
    "BILLUNITS,BILLUNITSPKG,,\r\n"
    'J9001,Inj of nothing,"Nobody, LLC",99991-0001-01,Nothing\xae,10 MG,0.5,10,5,50,,\r\n'
    "J9003,Inj of nothing,Nobody,99991-0001-01,Nothing,1 MG,0.5,10,50,500,,\r\n"
    "10001,Secret words,Somebody Inc,999910001012,Device,1 MG,2,3,20,60,,\r\n"
)

COVERED_TEXT = (
    '"article_id","article_version","icd10_code_id","icd10_code_version","icd10_covered_group",'
    '"range","last_updated","sort_order","description","asterisk"\r\n'
    '"50001","3","E11.9","0","1","","2026-03-01 00:00:00","1","words\nin two lines",""\r\n'
    '"50001","3","S52.521A","0","2","","2026-03-01 00:00:00","2","words","*"\r\n'
    '"50002","1","XX000","0","1","","2026-03-01 00:00:00","1","Not Applicable",""\r\n'
)
NOT_COVERED_TEXT = (
    '"article_id","article_version","icd10_code_id","icd10_code_version","icd10_noncovered_group",'
    '"range","last_updated","sort_order","description","asterisk"\r\n'
    '"50001","3","I10","0","1","","2026-03-01 00:00:00","1","words",""\r\n'
    '"50002","1","I10","0","1","","2026-03-01 00:00:00","1","words",""\r\n'
)
SERVICES_TEXT = (
    '"article_id","article_version","hcpc_code_id","hcpc_code_version","hcpc_code_group","range",'
    '"last_updated","long_description","short_description"\r\n'
    '"50001","3","10001","80","1","","2026-03-01 00:00:00","Secret <p>words</p>","Secret"\r\n'
    '"50001","3","J9001","80","1","","2026-03-01 00:00:00","Words","Words"\r\n'
    '"50002","1","10002","80","1","","2026-03-01 00:00:00","Secret","Secret"\r\n'
)
ARTICLES_TEXT = (
    '"article_id","article_version","article_type","title","article_pub_date","article_eff_date",'
    '"article_end_date","description","other_comments","sad_url","status","last_updated",'
    '"display_id"\r\n'
    '"50001","3","1","Billing of ""nothing""","2026-01-01","2026-02-01 00:00:00","",'
    '"<p>Much\r\nHTML</p>","","","A","2026-03-01",""\r\n'
    '"50002","1","1","Billing of naught","2025-01-01","2025-02-01","2026-03-31","","","","R",'
    '"2026-03-01",""\r\n'
)
RELATED_TEXT = (
    '"lcd_id","lcd_version","related_num","r_article_id","r_article_version","r_lcd_id",'
    '"r_lcd_version","r_contractor_id","last_updated"\r\n'
    '"30001","7","1","50001","3","","","","2026-03-01"\r\n'
    '"30001","7","2","","","30002","1","","2026-03-01"\r\n'
)
PAIRS_TEXT = (
    "hcpcs,icd10,covered,lcd_ids\n"
    "10001,E11.9,1,L30001|L30002\n"
    "10001,I10,0,L30001\n"
    "10001,S52.521A,1,A50001\n"
)

GEMS_TEXT = (
    "0010  A000    00000\r\n"
    "0011  A001    10000\r\n"
    "V9099 NoDx    11000\r\n"
    "E8888 W19XXXA 10111\r\n"
    "E8888 Y92009  10112\r\n"
)
GEMS_BACK_TEXT = "A000    0010  00000\r\nS52521A 81342 10000\r\nZ9989   NoDx  11000\r\n"

CCSR_TEXT = (
    "'ICD-10-CM CODE','ICD-10-CM CODE DESCRIPTION','Default CCSR CATEGORY IP',"
    "'Default CCSR CATEGORY DESCRIPTION IP','Default CCSR CATEGORY OP',"
    "'Default CCSR CATEGORY DESCRIPTION OP','CCSR CATEGORY 1','CCSR CATEGORY 1 DESCRIPTION',"
    "'CCSR CATEGORY 2','CCSR CATEGORY 2 DESCRIPTION','Rationale for Default Assignment'\r\n"
    "'E1122',\"Words, words\",'END003',Sugar with more,'END003',Sugar with more,'END003',"
    "Sugar with more,'GEN003',Kidneys,06 Etiology\r\n"
    "'Y92009',\"Words\",'XXX000',Not so,'XXX000',Not so,'EXT029',\"Place, where\",' ',,01 One\r\n"
)

HCC_TEXT = (
    '"ICD-10-CM Codes, ESRD, CMS-HCC and RxHCC Models",,,,,,,\r\n'
    '"Includes ICD-10 codes valid in FY2025 and FY2026",,,,,,,\r\n'
    ",,,,,,,\r\n"
    '"Diagnosis\nCode",Description,"CMS-HCC\nESRD Model\nCategory\nV24","CMS-HCC\nModel\nCategory\n'
    'V28","RxHCC\nModel\nCategory\nV08","CMS-HCC\nESRD Model\nCategory\nV24\nfor 2026\nPayment Year'
    '","CMS-HCC\nModel\nCategory\nV28\nfor 2026\nPayment Year","RxHCC\nModel\nCategory\nV08\n'
    'for 2026\nPayment Year"\r\n'
    'E1122,"Words, words",18,37,30,Yes,Yes,Yes\r\n'
    "A0103,Words,115,,,Yes,,\r\n"
    "F3481,Words,,155,,,No,\r\n"
    ",,,,,,,\r\n"
    "Notes:,,,,,,,\r\n"
    '"1. Some diagnoses, not all.",,,,,,,\r\n'
)
HCC_CONVERTED = (
    "diagnosis_code,cc,model_name\nE1122,37,CMS-HCC Model V28\nE1122,30,RxHCC Model V08\n"
)


@dataclass(frozen=True)
class PublishedFile:
    """A file as published: its name, its text, who reads it and how many rows it has."""

    name: str
    text: str
    loader: Loader
    read: Callable[[Publication], Iterator[Any]]
    rows: int
    encoding: str = "utf-8"

    def written(self, folder: Path, text: str | bytes | None = None) -> Publication:
        """Write the file, or other text in its place, into the folder."""
        path = folder / self.name
        content = self.text if text is None else text
        path.write_bytes(content if isinstance(content, bytes) else content.encode(self.encoding))
        return Publication(path)


FILES = {
    file.name: file
    for file in (
        PublishedFile("ccipra-v321r0-f1.TXT", PTP_TEXT, PTP[0], read_ptp, 4),
        PublishedFile("ncci_ptp_hospital_2024q3.csv", PTP_CONVERTED, PTP[0], read_ptp, 2),
        PublishedFile(
            "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv", MUE_TEXT, MUE[0], read_mue, 3
        ),
        PublishedFile("AOC_V2026Q2-MCR.txt", ADD_ON_TEXT, ADD_ON[0], read_add_on, 5),
        PublishedFile("PPRRVU2026_Apr_nonQPP.csv", MPFS_TEXT, MPFS[0], read_mpfs, 2),
        PublishedFile("PPRRVU2026_Jul_QPP.csv", MPFS_WIDER_TEXT, MPFS[0], read_mpfs, 2),
        PublishedFile("rvu_amounts_2024c.csv", MPFS_AMOUNTS, MPFS[0], read_mpfs, 2),
        PublishedFile("rvu_indicators_2024c.csv", MPFS_INDICATORS, MPFS[0], read_mpfs, 2),
        PublishedFile("GPCI2026.csv", GPCI_TEXT, GPCI[0], read_gpci, 2),
        PublishedFile("26LOCCO.csv", LOCALITIES_TEXT, LOCALITIES[0], read_localities, 3),
        PublishedFile("ANES2026.csv", ANESTHESIA_TEXT, ANESTHESIA[0], read_anesthesia, 2),
        PublishedFile("limits.csv", ASP_TEXT, ASP[0], read_asp, 3, "cp1252"),
        PublishedFile("crosswalk.csv", NDC_TEXT, NDC[0], read_packages, 3, "cp1252"),
        PublishedFile("article_x_icd10_covered.csv", COVERED_TEXT, COVERAGE[0], read_coverage, 3),
        PublishedFile(
            "article_x_icd10_noncovered.csv", NOT_COVERED_TEXT, COVERAGE[0], read_coverage, 2
        ),
        PublishedFile("article_x_hcpc_code.csv", SERVICES_TEXT, COVERAGE[0], read_coverage, 3),
        PublishedFile("article.csv", ARTICLES_TEXT, COVERAGE[0], read_coverage, 2),
        PublishedFile("lcd_related_documents.csv", RELATED_TEXT, COVERAGE[0], read_coverage, 2),
        PublishedFile("coverage_2026-05.csv", PAIRS_TEXT, COVERAGE[0], read_coverage, 3),
        PublishedFile("2018_I9gem.txt", GEMS_TEXT, GEMS[0], read_gems, 5),
        PublishedFile("2018_I10gem.txt", GEMS_BACK_TEXT, GEMS[0], read_gems, 3),
        PublishedFile("DXCCSR_v2026-1.csv", CCSR_TEXT, CCSR[0], read_ccsr, 2),
        PublishedFile("2026 Midyear_Final ICD-10-CM Mappings.csv", HCC_TEXT, HCC[0], read_hcc, 5),
        PublishedFile("ra_dx_to_cc_2026.csv", HCC_CONVERTED, HCC[0], read_hcc, 2),
    )
}


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


def empty_store() -> sqlite3.Connection:
    """Return a store in memory with every table and nothing in them."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(tables())
    return connection


def install(connection: sqlite3.Connection, loader: Loader, publication: Publication) -> Loaded:
    """Load the file as every edition that it is, each with its row in the table of releases."""
    loaded = Loaded(0)
    for edition in loader.editions(publication):
        release = connection.execute(
            "INSERT INTO release (system, label, part, valid_from, valid_to, rows, completeness,"
            " remark, source, publisher, licence, sha256, loader)"
            " VALUES (?, ?, ?, ?, ?, 0, 'full', '', '', '', '', '', ?)",
            (
                edition.data_set,
                edition.label,
                edition.part,
                edition.valid_from.isoformat(),
                edition.valid_to.isoformat() if edition.valid_to else None,
                loader.name,
            ),
        ).lastrowid
        assert release is not None
        loaded = loader.load(connection, release, publication, silent)
    return loaded
