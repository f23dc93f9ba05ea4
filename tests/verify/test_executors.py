"""Any `concurrent.futures.Executor` judges a corpus: Dask's local cluster as well as a thread pool of our own."""

from __future__ import annotations

import pytest

from derive.verify import verify_paths
from derive.verify.cache import Cache

BOOK = {
    "a.md": "Let $x > 0$.\n\n$$\\log x^2 = 2 \\log x$$\n",
    "b.md": "Let $x \\in \\mathbb{R}$.\n\n$$\\sqrt{x^2} = x$$\n",
    "c.tex": "\\[ 1 + 1 = 2 \\]\n",
    "d.md": "$$\\frac{1 = 2$$\n",
}


@pytest.fixture
def book(tmp_path):
    for name, text in BOOK.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture(scope="module")
def executor():
    """A cluster of two processes on this machine, seen through `concurrent.futures.Executor`."""
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


def test_a_dask_cluster_judges_a_book_as_one_process_does(book, executor):
    alone = verify_paths([book], cache=Cache(None))
    found = verify_paths([book], executor=executor, cache=Cache(None))
    assert [s.verdict for s in found.steps] == ["proved", "refuted", "proved", "unread"]
    assert [f.path for f in found.files] == [f.path for f in alone.files]
    assert [(s.verdict, s.witness, s.reason, s.conditions) for s in found.steps] == [
        (s.verdict, s.witness, s.reason, s.conditions) for s in alone.steps
    ]


def test_progress_is_told_of_documents_that_a_cluster_has_judged(book, executor):
    told = []
    verify_paths([book], executor=executor, cache=Cache(None), progress=lambda done, total, path: told.append(done))
    assert told == [0, 1, 2, 3, 4]


def test_what_a_cluster_judged_is_not_judged_again(book, tmp_path_factory, executor):
    cache = Cache(tmp_path_factory.mktemp("cache"))
    first = verify_paths([book], executor=executor, cache=cache)

    class Idle:
        def submit(self, *arguments):
            raise AssertionError("judged again")

    again = verify_paths([book], executor=Idle(), cache=cache)
    assert again == first
