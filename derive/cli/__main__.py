"""`python -m derive.cli` is the command `derive`."""

from derive.cli import run

if __name__ == "__main__":
    run()
