"""The house stays one that can be drawn from memory: layers, names of rooms, length of files."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for folder in ("derive", "equations") for path in (REPOSITORY / folder).rglob("*.py"))
JUNK_DRAWERS = {"utils", "util", "core", "misc", "common", "helpers"}
LONGEST = {"derive/kernel.py": 300}


def name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def test_a_layer_imports_only_layers_below_it(monkeypatch, capsys):
    monkeypatch.chdir(REPOSITORY)
    status = lint_imports(config_filename="pyproject.toml", no_logo=True, no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_no_room_is_a_junk_drawer():
    junk = [name(path) for path in SOURCES if JUNK_DRAWERS & {part.lstrip("_") for part in (*path.parts, path.stem)}]
    assert not junk


def test_no_file_is_too_long_to_read():
    lengths = {name(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert not {file: lines for file, lines in lengths.items() if lines > LONGEST.get(file, 500)}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_every_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text())), f"{name(path)} has no docstring"


def test_input_text_never_reaches_eval_exec_or_sympify():
    functions = {"eval", "exec", "parse_expr", "parse_latex", "sympify"}
    methods = functions - {"eval", "exec"}  # a class may have an eval of its own
    # compile_callable runs the program that derive itself printed: its names are made by python_name, its text holds no input
    own_program = {("derive/export/module.py", "exec")}
    calls = [
        (f"{name(path)}:{node.lineno}", node.func)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and (name(path), getattr(node.func, "id", "")) not in own_program
    ]
    assert not [
        place
        for place, called in calls
        if getattr(called, "id", "") in functions or getattr(called, "attr", "") in methods
    ]
