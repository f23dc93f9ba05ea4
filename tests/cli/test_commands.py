"""What the commands do with the engine's answers, on an engine of cardboard: codes, files, order, JSON envelopes."""

import json
import sys
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace

import pytest

import derive.export
import derive.render
import derive.verify
from derive.cli import main
from derive.rules import Label


@dataclass
class Equation:
    id: str
    topic: str
    title: str
    claims: list = field(
        default_factory=lambda: [SimpleNamespace(name="gradient", title=Label("gradient", "梯度"), statement="...")]
    )
    depends: tuple = ()
    status: str = "proved"
    axioms: tuple = ()
    refutations: tuple = ()
    names: tuple = ()
    symbols: tuple = ()
    definitions: tuple = ()
    text: str = ""

    def prove(self):
        if self.id == "broken":
            raise ValueError("claim gradient: the sides are not shown equal")
        return [SimpleNamespace(name=claim.name, theorem=self.id) for claim in self.claims]


EQUATIONS = [
    Equation("softmax_gradient", "classification", "Softmax gradient", depends=("softmax",)),
    Equation("softmax", "classification", "Softmax"),
    Equation("entropy", "information", "Entropy"),
    Equation("broken", "information", "Broken"),
]


def module(monkeypatch, name, **names):
    fake = ModuleType(name)
    vars(fake).update(names)
    monkeypatch.setitem(sys.modules, name, fake)


@pytest.fixture(autouse=True)
def cardboard(monkeypatch):
    class UnknownEquation(LookupError):
        def __init__(self, id, nearest):
            self.id, self.nearest = id, nearest

    def load(id):
        for equation in EQUATIONS:
            if equation.id == id:
                return equation
        raise UnknownEquation(id, ["softmax"])

    def audit(theorem):
        return SimpleNamespace(
            axioms=["Jensen"] if theorem == "entropy" else [], oracles=["normal form"], hypotheses=[]
        )

    def render_report(report, format, color):
        assert not color
        return f"{format} {' '.join(report.paths)}"

    def verify_paths(paths, time_limit, jobs, progress):
        return SimpleNamespace(paths=[str(path) for path in paths])

    def verify_text(text, name, time_limit):
        return SimpleNamespace(paths=[f"{name}:{text.strip()}"])

    module(monkeypatch, "derive.catalogue", all_equations=lambda: EQUATIONS, load=load, UnknownEquation=UnknownEquation)
    module(monkeypatch, "derive.audit", audit=audit)
    module(
        monkeypatch,
        "derive.verify.report",
        render_report=render_report,
        exit_code=lambda report, strict: int(strict or any("wrong" in path for path in report.paths)),
    )
    for package, name, stub in [
        (derive.verify, "verify_paths", verify_paths),
        (derive.verify, "verify_text", verify_text),
        (derive.render, "render_equation", lambda e, format, detail, lang: f"{e.id} {format} {detail} {lang}"),
        (derive.export, "export_equation", lambda e, target: f"# {e.id} {target}"),
        (derive.export, "export_formula", lambda latex, assume, define, name, target: f"{latex} {assume} {name}"),
    ]:
        monkeypatch.setattr(package, name, stub, raising=False)


@pytest.fixture
def documents(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("right.md", "wrong.md"):
        (tmp_path / name).write_text("$$x = x$$")


@pytest.mark.parametrize(
    "argv, code",
    [
        (["right.md"], 0),
        (["wrong.md"], 1),
        (["right.md", "--strict"], 1),
        (["right.md", "nowhere.md"], 2),
        (["wrong.md", "nowhere.md"], 2),
        (["."], 0),
    ],
)
def test_verify_exits_0_right_1_refuted_2_unusable_and_2_outranks_1(argv, code, documents):
    assert main(["verify", *argv]) == code


def test_verify_reports_the_readable_files_beside_an_unusable_one(documents, capsys):
    main(["verify", "nowhere.md", "right.md", "--format", "json", "-o", "out.json"])
    out, err = capsys.readouterr()
    assert not out and "nowhere.md" in err
    with open("out.json") as written:
        assert written.read() == "json right.md\n"


def test_verify_reads_standard_input(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(read=lambda: "$$a$$\n"))
    assert main(["verify", "-"]) == 0
    assert capsys.readouterr().out == "text -:$$a$$\n"


def test_list_groups_by_topic_and_counts(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "classification",
        "  softmax           Softmax           proved",
        "  softmax_gradient  Softmax gradient  proved",
    ]
    assert "4 equations, 4 claims" in lines[-1]


def test_list_json_has_the_designs_keys(capsys):
    assert main(["list", "--search", "SOFTMAX_gradient", "--format", "json"]) == 0
    listing = json.loads(capsys.readouterr().out)
    assert listing["schema"] == "derive.list/1"
    assert listing["equations"][0]["id"] == "softmax_gradient"
    assert set(listing["equations"][0]) == {"id", "topic", "title", "status", "claims", "axioms"}


def test_an_unknown_topic_is_answered_with_the_topics(capsys):
    assert main(["list", "--topic", "algebra"]) == 2
    assert "classification, information" in capsys.readouterr().err


def test_show_hands_its_options_to_the_renderer(capsys):
    assert main(["show", "softmax", "--format", "latex", "--detail", "full", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == "softmax latex full zh\n"


def test_show_depends_prints_a_tree(capsys):
    assert main(["show", "softmax_gradient", "--depends"]) == 0
    assert capsys.readouterr().out == "softmax_gradient  Softmax gradient\n  softmax  Softmax\n"


@pytest.mark.parametrize("command", ["show", "prove", "export"])
def test_an_unknown_equation_is_answered_with_the_nearest_names(command, capsys):
    assert main([command, "sofmax"]) == 2
    assert "did you mean softmax?" in capsys.readouterr().err


def test_prove_prints_axioms_and_oracles(capsys):
    assert main(["prove", "entropy", "softmax"]) == 0
    text = capsys.readouterr().out
    assert "2 of 2 equations proved, 2 claims" in text
    assert "Axioms used: Jensen." in text and "Oracles used: normal form." in text


def test_prove_exits_1_with_the_reason_when_a_claim_is_not_proved(capsys):
    assert main(["prove", "--all"]) == 1
    text = capsys.readouterr().out
    assert "broken: not proved\n  claim gradient: the sides are not shown equal" in text
    assert "3 of 4 equations proved" in text


def test_export_writes_to_a_file(tmp_path, capsys):
    assert main(["export", "softmax", "--target", "jax", "-o", str(tmp_path / "softmax.py")]) == 0
    assert (tmp_path / "softmax.py").read_text() == "# softmax jax\n" and not capsys.readouterr().out


def test_export_says_when_the_file_cannot_be_written(tmp_path, capsys):
    assert main(["export", "softmax", "-o", str(tmp_path / "no" / "softmax.py")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_export_takes_any_formula(capsys):
    assert main(["export", "--formula", "-x", "--assume", "x > 0; y > 0"]) == 0
    assert capsys.readouterr().out == "-x ['x > 0', 'y > 0'] value\n"
