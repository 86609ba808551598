"""A run as JUnit XML, the format that CI servers read: a suite for each case file, and one for the gate."""

import re
from itertools import groupby
from xml.etree import ElementTree

from evals.record import CaseRecord
from evals.report import Report
from evals.report.figures import check_row

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """The XML document. Where the gate passed, a case that fails is `skipped` and says so: the gate decides what is red."""
    root = ElementTree.Element("testsuites", name="dateline eval")
    for file, cases in groupby(report.record.cases, key=lambda case: case.file):
        found = list(cases)
        excused = report.gate is not None and report.gate.passed
        wrong = sum(not case.holds for case in found)
        suite = _suite(root, file, len(found), 0 if excused else wrong, skipped=wrong if excused else 0)
        for case in found:
            _case(suite, case, excused=excused)
    if report.gate:
        suite = _suite(root, "gate", len(report.gate.checks), len(report.gate.missed))
        for check in report.gate.checks:
            name, figure, bounds, demanded, n, verdict = map(_clean, check_row(check))
            element = ElementTree.SubElement(suite, "testcase", classname=f"gate.{check.kind}", name=name)
            if not check.passed:
                message = f"{figure} [{bounds}], demanded {demanded}, n = {n}: {verdict}"
                ElementTree.SubElement(element, "failure", message=message)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: ElementTree.Element, name: str, tests: int, failures: int, skipped: int = 0) -> ElementTree.Element:
    counts = {"tests": str(tests), "failures": str(failures), "skipped": str(skipped)}
    return ElementTree.SubElement(root, "testsuite", {"name": _clean(name), **counts})


def _case(suite: ElementTree.Element, case: CaseRecord, *, excused: bool) -> None:
    element = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_clean(f"{case.part}.{case.file}"),
        name=_clean(f"{case.question} [{case.key}]"),
        time=f"{(case.milliseconds or 0) / 1000:.3f}",
    )
    if not case.holds:
        details = case.details
        message = "; ".join(details.problems) if details else "failed"
        failure = ElementTree.SubElement(element, "skipped" if excused else "failure", message=_clean(message))
        if details:
            failure.text = _clean(f"{details.stage}\nanswer: {details.text}\nwhy the case is there: {details.why}")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
