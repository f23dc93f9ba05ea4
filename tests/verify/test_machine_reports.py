"""SARIF and JUnit as other programs read them: the required fields of the SARIF 2.1.0 schema, and JUnit as CI servers parse it."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from derive.verify import FileResult, Report, verify_text
from derive.verify.report import render_report

TEXT = r"""Let $x > 0$.

$$
x^2 = x
$$

$$ \frac{1 = 2 $$

$$ x < \foo $$

$$ 1 = 1 $$
"""
NAMES = ("notes.md", "my notes/ü & 100%.md", "a<b>\x00'\".md")

TEXT_FIELD = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
COUNT = {"type": "integer", "minimum": 1}
SARIF = {  # what the schema of the standard requires of the objects that we write, and nothing else is written
    "type": "object", "required": ["version", "runs"], "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {
            "type": "object", "required": ["tool"], "additionalProperties": False,
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "tool": {"type": "object", "required": ["driver"], "additionalProperties": False, "properties": {"driver": {
                    "type": "object", "required": ["name"], "additionalProperties": False, "properties": {
                        "name": {"type": "string"}, "informationUri": {"type": "string"}, "version": {"type": "string"},
                        "rules": {"type": "array", "uniqueItems": True, "items": {
                            "type": "object", "required": ["id"], "additionalProperties": False,
                            "properties": {"id": {"type": "string"}, "shortDescription": TEXT_FIELD}}},
                    }}}},
                "results": {"type": "array", "items": {
                    "type": "object", "required": ["message"], "additionalProperties": False,
                    "properties": {
                        "ruleId": {"type": "string"}, "level": {"enum": ["none", "note", "warning", "error"]}, "message": TEXT_FIELD,
                        "locations": {"type": "array", "items": {
                            "type": "object", "additionalProperties": False, "properties": {"physicalLocation": {
                                "type": "object", "required": ["artifactLocation"], "additionalProperties": False, "properties": {
                                    "artifactLocation": {"type": "object", "additionalProperties": False, "properties": {
                                        "uri": {"type": "string", "pattern": r"^[A-Za-z0-9\-._~!$&'()*+,;=:@/?#\[\]%]+$"}}},
                                    "region": {"type": "object", "additionalProperties": False, "properties": {
                                        "startLine": COUNT, "startColumn": COUNT, "endLine": COUNT}},
                                }}}}},
                    }}},
            }}},
    },
}  # fmt: skip


@pytest.fixture(params=NAMES, ids=range(len(NAMES)))
def report(request):
    found = verify_text(TEXT, request.param)
    return Report((*found.files, FileResult("gone.md", error="no such file")))


def test_sarif_has_what_its_schema_requires(report):
    jsonschema = pytest.importorskip("jsonschema", reason="comes with nbformat")
    log = json.loads(render_report(report, "sarif"))
    jsonschema.Draft7Validator(SARIF).validate(log)
    assert [r["level"] for r in log["runs"][0]["results"]] == ["error", "warning", "warning", "error"]


def test_sarif_results_have_a_rule_that_is_described_and_lines_of_the_document(report):
    run = json.loads(render_report(report, "sarif"))["runs"][0]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert result["ruleId"] in rules
        assert region["startLine"] <= region.get("endLine", region["startLine"]) <= len(TEXT.splitlines())


def test_junit_is_read_by_a_parser_and_its_counts_are_those_of_its_cases(report):
    root = ET.fromstring(render_report(report, "junit").encode())
    assert root.tag == "testsuites"
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases)
        for kind, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.get(attribute)) == len(suite.findall(f"testcase/{kind}"))
        assert all(case.get("name") and case.get("classname") and float(case.get("time")) >= 0 for case in cases)
    assert [len(s.findall("testcase/failure")) for s in root] == [1, 0]


def test_no_report_of_hostile_names_holds_a_control_character(report):
    for format in ("text", "junit", "html"):
        assert not [c for c in render_report(report, format) if ord(c) < 32 and c not in "\n\t"]
