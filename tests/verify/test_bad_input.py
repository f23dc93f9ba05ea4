"""Hostile and broken documents: a sentence or a verdict within the limits, and the rest is still judged."""

import json
import multiprocessing
import os
import subprocess
import sys
import time

import pytest

from derive.cli import main
from derive.verify import verify_paths, verify_text

GOOD = "\n\n$$1 + 1 = 2$$\n"

HOSTILE = {
    "a formula of a megabyte": "$$x = " + "x + " * 250_000 + "x$$",
    "a number of a megabyte": "$$x = " + "7" * 1_000_000 + "$$",
    "5,000 nested braces": "$$x = " + "{" * 5000 + "x" + "}" * 5000 + "$$",
    "5,000 nested parentheses": "$$x = " + "(" * 5000 + "x" + ")" * 5000 + "$$",
    "nested fractions": "$$x = " + r"\frac{1}{" * 900 + "x" + "}" * 900 + "$$",
    "a tower of powers": "$$9^{9^{9^9}} = 9^{9^{9^{9}}}$$",
    "a tower as a definition, used": "$$x = 9^{9^{9^9}}$$\n\n$$x = 3$$",
    "a tower of twos": "$$2^{2^{2^{2^{2^{2}}}}} = 1$$",
    "a long sum": r"$$\sum_{i=1}^{1000000000} i = 3$$",
    "a long product": r"$$\prod_{i=1}^{1000000000} 2 = 3$$",
    "a large binomial": r"$$\binom{1000000000}{500000000} = 2$$",
    "a large factorial": "$$100000000! = 5$$",
    "a high power": r"Let $x \in \mathbb{R}$." + "\n\n$$(x + 1)^{1000000} = 1$$",
    "an open brace": r"$$x = \frac{1}{2$$",
    "an unknown environment": r"$$\begin{nonsense} x = 1 \end{sense}$$",
    "control characters": "$$x\x02 = \u202e y$$",
    "a large matrix": r"$$\begin{pmatrix}" + r"\\".join("&".join("x" for _ in range(60)) for _ in range(60)) + r"\end{pmatrix} = 1$$",
    "three thousand rows": "$$" + r"\\ ".join(f"a_{{{i}}} = b_{{{i}}}" for i in range(3000)) + "$$",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mathematics_ends_in_a_verdict_and_the_rest_is_judged(name):
    steps = verify_text(HOSTILE[name] + GOOD, time_limit=1.0).steps
    assert steps[-1].verdict == "proved" and len(steps) >= 2
    assert {s.verdict for s in steps[:-1]} <= {"unread", "undecided", "refuted", "definition"}
    assert all(s.reason or s.verdict == "definition" for s in steps[:-1])


@pytest.mark.parametrize(
    "text", ["A price of $5 and $x = 3.\n\nThen", "An open $x formula\n\nThen", "$$y = 2\n\nNever closed"]
)
def test_an_unbalanced_dollar_sign_leaves_the_rest_judged(text):
    assert "proved" in [s.verdict for s in verify_text(text + GOOD).steps] or "$$" in text


def test_an_unbalanced_dollar_sign_is_reported_with_its_place():
    step = verify_text("An open $x formula\n\nThen" + GOOD).steps[0]
    assert step.verdict == "unread" and step.line == 1 and "closed" in step.reason


def test_no_text_of_a_document_runs_as_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = r"__import__('os').system('touch owned')"
    names = (rf"\mathrm{{{code}}}", rf"\text{{{code}}}", code, r"\_\_class\_\_", "lambda", "{0.__class__}")
    text = "\n\n".join(f"$${x} = 1$$" for x in names)
    assert verify_text(text + GOOD).steps[-1].verdict == "proved"
    assert not os.listdir(tmp_path)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.md").write_text(GOOD)
    return tmp_path


UNUSABLE = {
    "missing.md": None, "binary.md": b"\x7fELF\x00\x01\x02", "empty.md": b"", "blank.md": b"  \n\n", "latin.md": b"caf\xe9",
    "broken.ipynb": b'{"cells": [', "wrong.ipynb": b"[1, 2]",
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_file_gives_a_sentence_and_the_others_are_judged(name, folder, capsys):
    if UNUSABLE[name] is not None:
        (folder / name).write_bytes(UNUSABLE[name])
    code = main(["verify", name, "good.md", "--format", "json", "-o", "report.json"])
    assert code == 2
    files = {f["path"]: f for f in json.loads((folder / "report.json").read_text())["files"]}
    assert [s["verdict"] for s in files["good.md"]["steps"]] == ["proved"]
    sentence = files[name]["error"] if name in files else capsys.readouterr().err
    assert len(sentence) > 10 and "Traceback" not in sentence


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="the patched reader reaches forked processes only")


@forks
def test_a_process_that_hangs_in_a_call_into_c_is_ended_and_the_document_goes_on(folder, monkeypatch):
    from derive.verify import documents, running

    real = documents.verify_file

    def stuck(path, time_limit, skip, announce):
        result = real(path, time_limit, skip, announce)
        if 1 not in skip:
            announce(1)
            time.sleep(1000)
        return result

    monkeypatch.setattr(documents, "verify_file", stuck)
    monkeypatch.setattr(running, "GRACE", 0.5)
    monkeypatch.setattr(running, "_context", lambda: multiprocessing.get_context("fork"))
    (folder / "two.md").write_text(GOOD + "\n\n$$2 + 2 = 4$$\n")
    report = verify_paths(["two.md", "good.md"], time_limit=0.5)
    steps = report.files[0].steps
    assert [s.verdict for s in steps] == ["proved", "undecided"] and "limit" in steps[1].reason


@forks
def test_a_process_that_dies_costs_one_step(folder, monkeypatch):
    from derive.verify import documents, running

    real = documents.verify_file

    def dying(path, time_limit, skip, announce):
        if 0 not in skip:
            announce(0)
            os._exit(11)
        return real(path, time_limit, skip, announce)

    monkeypatch.setattr(documents, "verify_file", dying)
    monkeypatch.setattr(running, "_context", lambda: multiprocessing.get_context("fork"))
    assert [s.verdict for s in verify_paths(["good.md"]).steps] == ["undecided"]


def test_the_command_reads_standard_input():
    run = subprocess.run(
        [sys.executable, "-m", "derive.cli", "verify", "-", "--format", "json"],
        input="$$1 + 1 = 3$$", capture_output=True, text=True, env={**os.environ, "DERIVE_CACHE": "off"},
    )  # fmt: skip
    assert run.returncode == 1 and json.loads(run.stdout)["summary"]["refuted"] == 1
