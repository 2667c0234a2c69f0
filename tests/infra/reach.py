"""What a function can reach, read from the code: modules, libraries, settings.

A `main.py` and `shared/runtime.py` are taken apart, because each of their functions needs something else; any
other module is taken whole, with the imports inside its functions: perhaps too much, never too little.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DECLARED = {ROOT / "shared" / "entry" / name for name in ("views.py", "audit.py")}
"""What these ask the runtime for counts for each view that declares its need: `verifier`, `audit_trail`."""
_SERVED_BY = {"entry_point", "functions_framework"}
"""Decorators that say how a function is served; any other one registers it with something."""

SETTINGS_ARE_IN = {"settings", "self._settings", "settings()", "runtime.settings()"}
TAKEN_APART_OR_LEFT_OUT = {"shared.runtime", "shared.settings"}


@dataclass(slots=True)
class Reached:
    """Names of our modules, of others' packages and modules, and of fields of `Settings`."""

    modules: set[str] = field(default_factory=set)
    libraries: set[str] = field(default_factory=set)
    settings: set[str] = field(default_factory=set)


def reach(source: str, entry_point: str) -> Reached:
    """Return what an entry point of the folder's `main.py` can reach."""
    reached = Reached()
    trees = _parts(_parse(ROOT / source / "main.py"), entry_point)
    seen: set[str] = set()
    while trees:
        tree = trees.pop()
        for name in _runtime_names(tree) - seen:
            seen.add(name)
            trees.append(_runtime_functions()[name])
        for module in _imports(tree):
            path = _path(module)
            if path is None:
                reached.libraries.add(module)
            elif module not in reached.modules:
                reached.modules.add(module)
                if module not in TAKEN_APART_OR_LEFT_OUT:
                    trees.append(_parse(path))
        reached.settings |= _settings_read(tree)
    return reached


def variables_of(settings_field: str) -> set[str]:
    """Return the environment variables that a field of `Settings` is made of."""
    for node in ast.walk(_parse(ROOT / "shared" / "settings.py")):
        if isinstance(node, ast.keyword) and node.arg == settings_field:
            calls = (leaf for leaf in ast.walk(node) if isinstance(leaf, ast.Call))
            texts = {str(arg.value) for call in calls for arg in call.args if isinstance(arg, ast.Constant)}
            return {text for text in texts if re.fullmatch(r"[A-Z]{3,}(_[A-Z]+)*", text)} - {"INFO", "UTC"}
    raise LookupError(settings_field)


def _parts(main: ast.Module, entry_point: str) -> list[ast.AST]:
    """Return the statements of a main.py that the entry point needs; views belong to their blueprint."""
    wanted, parts = {entry_point}, list[ast.AST]()
    rest = list(main.body)
    while found := [statement for statement in rest if _names(statement) & wanted]:
        parts += found
        rest = [statement for statement in rest if statement not in found]
        wanted |= {node.id for part in found for node in ast.walk(part) if isinstance(node, ast.Name)}
    return parts


def _names(statement: ast.stmt) -> set[str]:
    """Return the names by which a statement is asked for: what it defines, changes or registers with."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        registers = {ast.unparse(decorator).partition(".")[0] for decorator in statement.decorator_list}
        return {statement.name} | {name for name in registers if name.isidentifier()} - _SERVED_BY
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in statement.names}
    asked_by = statement.targets if isinstance(statement, ast.Assign) else [statement]
    return {node.id for target in asked_by for node in ast.walk(target) if isinstance(node, ast.Name)}


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in _live(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            nested = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from [name for name in nested if _path(name)] or [node.module]


def _live(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes but those for type checkers only."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        is_for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if not is_for_types:
            todo.extend(ast.iter_child_nodes(node))


def _runtime_names(tree: ast.AST) -> set[str]:
    if any(tree is _parse(path) for path in DECLARED):
        return set()
    is_in_runtime = tree in _runtime_functions().values()
    names = set()
    for node in _live(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "runtime":
            names.add(node.attr)
        elif is_in_runtime and isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef):
            names |= set(_declared(node))
    return names & _runtime_functions().keys()


def _declared(view: ast.FunctionDef) -> Iterator[str]:
    for declaration in map(ast.unparse, view.decorator_list):
        if re.match(r"Endpoint\((?!PUBLIC\b)", declaration):
            yield "verifier"
        if re.match(r"Endpoint\(.*\baudited=", declaration):
            yield "audit_trail"


def _settings_read(tree: ast.AST) -> set[str]:
    return {
        node.attr
        for node in _live(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in SETTINGS_ARE_IN
    }


@cache
def _runtime_functions() -> dict[str, ast.FunctionDef]:
    body = _parse(ROOT / "shared" / "runtime.py").body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef) and node.name != "reset"}


def _path(module: str) -> Path | None:
    if module.partition(".")[0] != "shared":
        return None
    bare = ROOT.joinpath(*module.split("."))
    return next((path for path in (bare.with_suffix(".py"), bare / "__init__.py") if path.is_file()), None)


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
