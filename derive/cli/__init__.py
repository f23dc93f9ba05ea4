"""The command line: one command a file, imported when it is called.

`main(argv)` runs one command in this process, prints to standard output and returns the exit code; `run()` is the
console script.  0: done, and nothing is refuted.  1: something is refuted, or could not be proved.  2: unusable input
or options.  What goes wrong is told on standard error in a sentence, never in a traceback.

May import anything of derive, but only inside a command's function: `derive --help` loads neither SymPy nor NumPy.
"""

from derive.cli.program import main, run

__all__ = ["main", "run"]
