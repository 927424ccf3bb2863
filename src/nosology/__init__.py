"""Medical coding: from a patient's record to the codes that it supports, with the reasons."""

__version__ = "0.1.0"
