"""Results kept by content: a second run over an unchanged book judges nothing.  Imports verify.results.

The key is a hash of the document, its name's ending, the time limit and derive's own source, so that a new version forgets
what an old one found.  The environment variable DERIVE_CACHE names the folder, or turns the cache off with `off`.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

from derive.verify.results import DeclarationResult, FileResult, StepResult


@dataclass(frozen=True)
class Cache:
    """A folder of results, or none.

    >>> Cache(None).get("notes.md", 5.0) is None
    True
    """

    folder: Path | None

    @classmethod
    def default(cls) -> Cache:
        """The folder that DERIVE_CACHE names, else one in the user's cache folder."""
        chosen = os.environ.get("DERIVE_CACHE", "")
        if chosen.lower() in ("off", "0", "no"):
            return cls(None)
        if chosen:
            return cls(Path(chosen))
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        return cls(Path(base) / "derive" / "verify")

    def get(self, path: str, time_limit: float) -> FileResult | None:
        """What is known of a document as it is now."""
        place = self._place(path, time_limit)
        if place is None:
            return None
        try:
            return _restored(json.loads(place.read_text(encoding="utf-8")), path)
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, path: str, time_limit: float, result: FileResult) -> None:
        """Keeps a result, unless limits of time or memory had a part in it; what cannot be written is not kept."""
        place = self._place(path, time_limit)
        if (
            place is None
            or result.error
            or any("limit" in s.reason or "internal error" in s.reason for s in result.steps)
        ):
            return
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            data = asdict(replace(result, source=""))
            with tempfile.NamedTemporaryFile("w", dir=place.parent, delete=False, encoding="utf-8") as file:
                json.dump(data, file, ensure_ascii=False)
            os.replace(file.name, place)
        except (OSError, TypeError, ValueError):
            return

    def _place(self, path: str, time_limit: float) -> Path | None:
        if self.folder is None:
            return None
        try:
            content = Path(path).read_bytes()
        except OSError:
            return None
        text = f"{Path(path).suffix.lower()} {time_limit!r} {_version()}".encode()
        name = hashlib.sha256(text + b"\0" + content).hexdigest()
        return self.folder / name[:2] / f"{name}.json"


@cache
def _version() -> str:
    """A hash of derive's own source files."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parent.parent
    for file in sorted(root.rglob("*.py")):
        digest.update(str(file.relative_to(root)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _restored(data: dict, path: str) -> FileResult:
    steps = tuple(
        StepResult(**{**s, "conditions": tuple(s["conditions"]), "remarks": tuple(s["remarks"])}) for s in data["steps"]
    )
    return FileResult(path, tuple(DeclarationResult(**d) for d in data["declarations"]), steps, data["error"])
