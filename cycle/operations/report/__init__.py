"""The report (专报) on a department that failed in consecutive years: facts for people to decide on.

Made once, when the case opens, and kept with the case: its data by digest, its Chinese text beside it.
"""

from cycle.operations.report.case import CaseReport, kept, thawed
from cycle.operations.report.making import case_report
from cycle.operations.report.wording import fields_of, text_of

__all__ = ["CaseReport", "case_report", "fields_of", "kept", "text_of", "thawed"]
