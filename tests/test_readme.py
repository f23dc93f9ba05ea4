"""The README shows what derive prints today, and names only what is there."""

import importlib.util
import re

import pytest


@pytest.fixture(scope="session")
def readme(repository):
    return (repository / "README.md").read_text()


@pytest.fixture(scope="session")
def blocks(repository):
    spec = importlib.util.spec_from_file_location("readme", repository / "docs" / "readme.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_blocks_are_current(readme, blocks):
    pytest.importorskip("derive.catalogue", exc_type=ImportError)
    assert [block["body"] for block in blocks.BLOCK.finditer(readme)] == [
        blocks.filling(block["command"]) for block in blocks.BLOCK.finditer(readme)
    ], "run: make readme"


def test_every_file_it_links_to_is_there(readme, repository):
    links = re.findall(r"\]\((?!http|#)([^)]+)\)", readme)
    assert links and not [link for link in links if not (repository / link).exists()]


def test_every_command_it_shows_is_a_command(readme):
    from derive.cli.program import COMMANDS

    assert set(re.findall(r"^\$? *derive (\w+)", readme, re.M)) <= set(COMMANDS)
