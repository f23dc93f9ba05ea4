"""The reports: JSON as DESIGN has it, text like a compiler's, SARIF, JUnit, HTML; exit codes; cache, processes, executors."""

import json
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

import pytest

from derive.verify import verify_paths, verify_text
from derive.verify.cache import Cache
from derive.verify.report import exit_code, render_report

TEXT = r"""Let $X \in \mathbb{R}^{m \times n}$ and $x > 0$.

$$ x^2 = x $$

$$ \log x^2 = 2 \log x < \frac{1}{0 $$

$$ X^\top X = X X^\top, \qquad \mu = x $$
"""


@pytest.fixture(scope="module")
def report():
    return verify_text(TEXT, "notes.md")


def test_json_has_exactly_the_fields_of_the_schema(report):
    found = json.loads(render_report(report, "json"))
    assert found["schema"] == "derive.verify/1" and set(found) == {"schema", "files", "summary"}
    assert set(found["files"][0]) == {"path", "declarations", "steps"}
    keys = {
        "line",
        "chain",
        "lhs",
        "relation",
        "rhs",
        "verdict",
        "rule",
        "conditions",
        "reason",
        "counterexample",
        "suggestion",
        "seconds",
    }
    assert all(set(s) == keys for s in found["files"][0]["steps"])
    assert all(set(d) == {"latex", "line", "origin"} for d in found["files"][0]["declarations"])
    assert set(found["summary"]) == {"proved", "refuted", "undecided", "definition", "assumption", "unread"}
    assert sum(found["summary"].values()) == len(found["files"][0]["steps"])


def test_a_counterexample_has_sizes_values_and_both_sides(report):
    witness = report.steps[0].counterexample
    assert (
        set(witness) >= {"sizes", "values", "lhs", "rhs"}
        and witness["lhs"] != witness["rhs"]
        and "x" in witness["values"]
    )


def test_text_names_the_place_the_verdict_and_the_witness(report):
    lines = render_report(report, "text").splitlines()
    assert lines[0].startswith("notes.md:3  ✗ refuted") and "left" in lines[1] and "right" in lines[1]
    assert any(line.lstrip().startswith("^") for line in lines) and "steps:" in lines[-2] + lines[-1]


def test_colour_adds_escapes_and_nothing_else(report):
    import re

    assert re.sub(r"\x1b\[\d*m", "", render_report(report, "text", True)) == render_report(report, "text", False)


def test_sarif_points_at_the_lines(report):
    run = json.loads(render_report(report, "sarif"))["runs"][0]
    results = run["results"]
    assert {r["ruleId"] for r in results} <= {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert results[0]["level"] == "error" and results[0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 3


def test_junit_counts_failures_and_skips(report):
    suite = ET.fromstring(render_report(report, "junit").encode()).find("testsuite")
    assert int(suite.get("tests")) == len(report.steps) == len(suite.findall("testcase"))
    assert int(suite.get("failures")) == report.count("refuted") == len(suite.findall("testcase/failure"))


def test_html_shows_the_document_as_it_was_and_escapes_it():
    text = "A <script>alert(1)</script> & $x \\in \\mathbb{R}$.\n\n$$ x < x $$\n"
    page = render_report(verify_text(text, "<b>.md"), "html")
    assert "<script>" not in page and "&lt;script&gt;" in page and "✗ refuted" in page and "<b>.md" not in page
    assert page.count("class='line'") == 3


@pytest.mark.parametrize(
    "text, plain, strict",
    [("$$1 + 1 = 2$$", 0, 0), ("$$1 + 1 = 3$$", 1, 1), (r"$$\frac{1 = 2$$", 0, 1), ("no formula", 0, 0)],
)
def test_exit_codes(text, plain, strict):
    report = verify_text(text)
    assert (exit_code(report), exit_code(report, strict=True)) == (plain, strict)


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    (folder / "part").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    for name, text in {
        "a.md": "$$1 + 1 = 2$$",
        "part/b.tex": r"\[ 1 + 1 = 3 \]",
        "part/c.txt": "x",
        ".hidden/d.md": "$$1=2$$",
    }.items():
        (folder / name).write_text(text)
    return folder


def names(report):
    return [f.path.rpartition("/")[2] for f in report.files]


def test_folders_and_patterns_give_their_documents_once_and_in_order(book):
    assert names(verify_paths([book])) == ["a.md", "b.tex"]
    assert names(verify_paths([book / "part" / "b.tex", str(book / "**" / "*.md"), book])) == ["b.tex", "a.md"]


def test_processes_and_an_executor_find_the_same(book):
    one = verify_paths([book])
    two = verify_paths([book], jobs=2)
    with ThreadPoolExecutor(2) as executor:
        three = verify_paths([book], executor=executor)
    found = [[(f.path, [s.verdict for s in f.steps]) for f in r.files] for r in (one, two, three)]
    assert found[0] == found[1] == found[2] and [v for _, v in found[0]] == [["proved"], ["refuted"]]


def test_progress_counts_to_the_end(book):
    seen = []
    verify_paths([book], progress=lambda done, total, path: seen.append((done, total)))
    assert seen[0] == (0, 2) and seen[-1] == (2, 2)


def test_a_second_run_over_an_unchanged_book_judges_nothing(book, tmp_path, monkeypatch):
    cache = Cache(tmp_path / "cache")
    first = verify_paths([book], cache=cache)
    from derive.verify import running

    monkeypatch.setattr(running, "_Pool", None)
    assert verify_paths([book], cache=cache) == first


def test_a_changed_document_is_judged_again(book, tmp_path):
    cache = Cache(tmp_path / "cache")
    verify_paths([book], cache=cache)
    (book / "a.md").write_text("$$1 + 1 = 4$$")
    assert [s.verdict for s in verify_paths([book], cache=cache).steps] == ["refuted", "refuted"]


def test_a_damaged_cache_is_as_good_as_none(book, tmp_path):
    cache = Cache(tmp_path / "cache")
    first = verify_paths([book], cache=cache)
    for file in (tmp_path / "cache").rglob("*.json"):
        file.write_text('{"steps": [{"line": "no"}]')
    assert [s.verdict for s in verify_paths([book], cache=cache).steps] == [s.verdict for s in first.steps]


def test_the_environment_turns_the_cache_off_and_names_its_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("DERIVE_CACHE", "off")
    assert Cache.default().folder is None
    monkeypatch.setenv("DERIVE_CACHE", str(tmp_path))
    assert Cache.default().folder == tmp_path


def test_the_command_takes_folders_patterns_and_jobs(book, monkeypatch, capsys):
    from derive.cli import main

    monkeypatch.chdir(book)
    for arguments in (["."], ["part/*.tex", "*.md"], [".", "--jobs", "2"]):
        assert main(["verify", *arguments, "--format", "json"]) == 1
        summary = json.loads(capsys.readouterr().out)["summary"]
        assert {v: n for v, n in summary.items() if n} == {"proved": 1, "refuted": 1}
    assert main(["verify", "*.rst"]) == 2 and "fits this pattern" in capsys.readouterr().err
