"""The frame of the command line: codes, help, sentences. What the commands compute is tested with their packages."""

import os
import re
import subprocess
import sys

import click
import pytest

from derive.cli import main
from derive.cli.errors import explain
from derive.cli.options import TARGETS, FormulaCommand, split_declarations
from derive.cli.program import COMMANDS, commands

# Every option of DESIGN's synopses; a command may not take others without this table being told.
OPTIONS = {
    "list": {"--topic", "--search", "--format"},
    "show": {"--depends", "--format", "--detail", "--lang", "-o"},
    "prove": {"--all", "--jobs"},
    "verify": {"--format", "-o", "--strict", "--time-limit", "--jobs"},
    "differentiate": {"--wrt", "--order", "--assume", "--define", "--format", "--detail", "--target"},
    "export": {"--formula", "--assume", "--define", "--name", "--target", "-o"},
    "parse": {"--assume", "--backend"},
}


def told_in_words(text: str) -> bool:
    strange = ("Traceback", "internal error", "cannot do that yet")
    return bool(text.strip()) and not any(words in text for words in strange) and len(text.splitlines()) <= 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_with_an_example(name, capsys):
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"derive {name}" in text.partition("Options:")[0].partition("\n")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_the_options_of_the_design(name):
    command = commands.get_command(click.Context(commands), name)
    assert command is not None
    taken = {option.opts[0] for option in command.params if isinstance(option, click.Option)}
    assert taken == OPTIONS[name]


def test_help_lists_every_command(capsys):
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(re.search(rf"^  {name} ", text, re.M) for name in COMMANDS)


def test_no_command_at_all_is_a_usage_error_that_shows_the_help(capsys):
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().err


def test_an_unknown_command_is_answered_with_the_nearest_one(capsys):
    assert main(["verfy"]) == 2
    out, err = capsys.readouterr()
    assert "did you mean verify?" in err and not out


@pytest.mark.parametrize(
    "argv",
    [
        ["verify"],
        ["verify", "nowhere.md"],
        ["verify", "nowhere.md", "--format", "xml"],
        ["verify", "nowhere.md", "--time-limit", "0"],
        ["verify", "nowhere.md", "--jobs", "none"],
        ["verify", "-", "nowhere.md"],
        ["show"],
        ["show", "softmax_gradient", "--format", "docx"],
        ["show", "softmax_gradient", "--depends", "--format", "html"],
        ["prove"],
        ["prove", "softmax_gradient", "--all"],
        ["export"],
        ["export", "softmax_gradient", "--formula", "x"],
        ["export", "softmax_gradient", "--name", "f"],
        ["export", "--formula", "x", "--name", "not a name"],
        ["differentiate", "x"],
        ["differentiate", "x", "--wrt"],
        ["differentiate", "x", "--wrt", "x", "--order", "3"],
        ["differentiate", "x", "--wrt", "x", "--format", "text", "--target", "numpy"],
        ["parse"],
        ["parse", "x", "--backend", "sympy"],
        ["list", "--format", "yaml"],
    ],
    ids=" ".join,
)
def test_input_that_cannot_be_used_exits_2_with_a_sentence(argv, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert told_in_words(err) and not out


def test_verify_names_each_file_it_cannot_use(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.csv").write_text("1,2")
    (tmp_path / "empty").mkdir()
    assert main(["verify", "nowhere.md", "table.csv", "empty"]) == 2
    err = capsys.readouterr().err
    assert [line.partition(":")[0] for line in err.splitlines()] == ["nowhere.md", "table.csv", "empty"]


@pytest.mark.parametrize("formula", [r"-\log p", "-x", "-", "--x", "-o_j"])
def test_a_formula_may_begin_with_a_minus_sign(formula):
    seen = []

    @click.command("f", cls=FormulaCommand)
    @click.argument("latex")
    @click.option("--wrt")
    @click.option("-o", "--output")
    def command(latex, wrt, output):
        seen.append((latex, wrt, output))

    dashes = ["--", formula] if formula.startswith("--") else [formula]
    command.main(["--wrt", "-y", "-o", "out.py", *dashes], standalone_mode=False)
    assert seen == [(formula, "-y", "out.py")]


@pytest.mark.parametrize(
    "text, parts",
    [
        ("", []),
        (" ; ;", []),
        ("x > 0", ["x > 0"]),
        (r"x \in \mathbb{R}; y > 0", [r"x \in \mathbb{R}", "y > 0"]),
        (r"p(x; \theta) = f; q = {a; b}", [r"p(x; \theta) = f", "q = {a; b}"]),
        (r"k \in \{1; 2\}; a\;b = 1", [r"k \in \{1; 2\}", r"a\;b = 1"]),
        ("p \\in (0, 1]; q \\in [0, 1); x > 0", ["p \\in (0, 1]", "q \\in [0, 1)", "x > 0"]),
        ("x); y", ["x)", "y"]),
    ],
)
def test_declarations_split_on_semicolons_outside_braces_and_parentheses(text, parts):
    assert split_declarations(text) == parts


def test_an_unforeseen_error_is_a_sentence_not_a_traceback(capsys, monkeypatch):
    def broken(ctx):
        raise ZeroDivisionError("1/0")

    monkeypatch.setattr(commands, "invoke", broken)
    assert main(["list"]) == 2
    err = capsys.readouterr().err
    assert "internal error" in err and "ZeroDivisionError: 1/0" in err and "Traceback" not in err


@pytest.mark.parametrize(
    "error, words",
    [
        (ModuleNotFoundError("No module named 'torch'", name="torch"), "pip install 'derive-ml[torch]'"),
        (RecursionError(), "nested too deeply"),
        (MemoryError(), "more memory"),
        (FileNotFoundError(2, "No such file or directory", "a.md"), "a.md: No such file"),
        (b"\xff".decode, "not UTF-8"),
    ],
)
def test_errors_are_told_in_the_users_words(error, words):
    if callable(error):
        try:
            error()
        except UnicodeDecodeError as raised:
            error = raised
    assert words in explain(error)


def test_what_cannot_be_read_is_shown_with_a_caret_under_the_place():
    errors = pytest.importorskip("derive.parse.errors")
    told = explain(errors.ReadError("this { is never closed", 5, 6, formula=r"\frac{a"))
    assert told.splitlines() == [r"\frac{a", "     ^ this { is never closed"]


def test_a_contradiction_inside_derive_is_an_internal_error():
    disagreement = type("Disagreement", (RuntimeError,), {"__module__": "derive.evaluate"})
    assert "internal error" in explain(disagreement("the evaluator differs"))


def test_targets_are_those_of_the_design():
    assert TARGETS == ("numpy", "torch", "jax", "c")


def test_help_loads_neither_sympy_nor_numpy():
    code = "import sys; from derive.cli import main; main(['--help']); print({'sympy', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ)
    assert done.stdout.endswith("set()\n")


def test_a_reader_that_closes_the_pipe_sees_no_complaint():
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "derive.cli", "--help"], stdout=writing, stderr=subprocess.PIPE, text=True
        )
    finally:
        os.close(writing)
    assert done.returncode == 141 and not done.stderr
