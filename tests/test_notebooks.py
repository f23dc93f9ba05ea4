"""The notebooks run from top to bottom, and are kept with their outputs and pictures."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def test_the_first_three_are_there():
    assert [p.stem for p in NOTEBOOKS][:3] == ["01_probability", "02_linear_algebra", "03_calculus"]


@EACH
def test_it_is_kept_with_outputs_and_two_pictures(path):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    outputs = [o for c in cells for o in c.outputs]
    assert not [o for o in outputs if o.output_type == "error"]
    assert sum("image/png" in o.get("data", {}) for o in outputs) >= 2
    shown = [o for o in outputs if "text/markdown" in o.get("data", {})]
    assert len(shown) >= 4 and all("aligned" in o["data"]["text/markdown"] for o in shown)


@EACH
def test_it_runs(path, repository):
    nbclient = pytest.importorskip("nbclient", reason="the notebooks extra is not installed")
    pytest.importorskip("matplotlib", reason="the notebooks extra is not installed")
    pytest.importorskip("ipykernel", reason="the notebooks extra is not installed")
    notebook = nbformat.read(path, as_version=4)
    before = [[o.output_type for o in c.get("outputs", [])] for c in notebook.cells]
    resources = {"metadata": {"path": str(repository)}}
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute()
    kinds = [{o.output_type for o in c.get("outputs", [])} for c in notebook.cells]
    assert kinds == [set(kind) for kind in before]
