"""Writes the reports beside four documents of examples/: `make reports`.

For `homework.md` these are `homework.report.txt`, what a terminal shows, and `homework.report.html`, the page.
tests/verify/test_example_reports.py checks that they are current.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("homework.md", "lecture_note.tex", "paper_appendix.tex", "lab_notebook.ipynb")
FORMATS = {"text": "txt", "html": "html"}
TIME_LIMIT = 60.0  # seconds a step: the reports must not depend on how busy the machine is


def place(document: str, format: str) -> Path:
    """Where the report on a document stands."""
    return ROOT / "examples" / f"{Path(document).stem}.report.{FORMATS[format]}"


def reports() -> dict[Path, str]:
    """Every report as it would be written today."""
    from dataclasses import replace

    from derive.verify import verify_paths
    from derive.verify.cache import Cache
    from derive.verify.report import render_report

    paths = [ROOT / "examples" / name for name in DOCUMENTS]
    found = verify_paths(paths, time_limit=TIME_LIMIT, cache=Cache(None))
    made: dict[Path, str] = {}
    for name, file in zip(DOCUMENTS, found.files, strict=True):
        one = replace(found, files=(replace(file, path=f"examples/{name}"),))
        made |= {place(name, f): render_report(one, f).rstrip() + "\n" for f in FORMATS}
    return made


if __name__ == "__main__":
    for path, text in reports().items():
        path.write_text(text, encoding="utf-8")
