"""Which modules a folder imports: also lazily and through others, but neither for types nor for others."""

from __future__ import annotations

from pathlib import Path

from infra.imported import imported_modules

FILES = {
    "functions/f/main.py": "import json\nfrom shared import runtime\nfrom shared.entry.views import view\n",
    "functions/g/main.py": "from shared import runtime\ndef g(): return runtime.letters()\n",
    "shared/__init__.py": "",
    "shared/entry/__init__.py": "from shared import logs\n",
    "shared/entry/views.py": """
from typing import TYPE_CHECKING
from shared import runtime
if TYPE_CHECKING:
    from shared.adapters.types import Types
def view():
    from shared.entry import body
    class Inner:
        def deep(self): import shared.entry.deep as deep
    return runtime.cards()
""",
    "shared/entry/body.py": "import werkzeug\n",
    "shared/entry/deep.py": "",
    "shared/entry/other.py": "",
    "shared/logs.py": "",
    "shared/runtime.py": """
from shared.errors import Wrong
def cards():
    from shared.adapters.valkey import Cache
    return Cache(store())
def store():
    from shared.adapters import firestore
def letters():
    from shared.adapters.letters import Letters
""",
    "shared/errors.py": "class Wrong(Exception): ...\n",
    "shared/adapters/__init__.py": "",
    "shared/adapters/types.py": "",
    "shared/adapters/valkey.py": "class Cache: ...\n",
    "shared/adapters/firestore.py": "",
    "shared/adapters/letters.py": "class Letters: ...\n",
}


def found(root: Path, folder: str) -> set[str]:
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return {path.relative_to(root).as_posix() for path in imported_modules(root, root / folder)}


def test_imports_are_found_wherever_they_stand(tmp_path: Path) -> None:
    assert found(tmp_path, "functions/f") == {
        "shared/__init__.py", "shared/runtime.py", "shared/errors.py", "shared/logs.py",
        "shared/entry/__init__.py", "shared/entry/views.py", "shared/entry/body.py", "shared/entry/deep.py",
        "shared/adapters/__init__.py", "shared/adapters/valkey.py", "shared/adapters/firestore.py",
    }  # fmt: skip


def test_what_the_runtime_builds_for_others_is_left_out(tmp_path: Path) -> None:
    assert found(tmp_path, "functions/g") == {
        "shared/__init__.py", "shared/runtime.py", "shared/errors.py", "shared/adapters/__init__.py",
        "shared/adapters/letters.py",
    }  # fmt: skip
