"""Which modules of ours a folder of functions imports, also inside functions; by the standard library."""

import ast
from functools import cache
from modulefinder import ModuleFinder
from pathlib import Path
from types import CodeType
from typing import Any

RUNTIME = "shared.runtime"


def imported_modules(repository: Path, source: Path) -> frozenset[Path]:
    """Return the files below `shared` that the folder's `main.py` imports, directly or through others.

    `shared.runtime` builds everything, each thing in a function of its own that imports what it needs. Of
    these, only those count that the modules found ask for.
    """
    asked: frozenset[str] = frozenset()
    while True:
        finder = _Finder(repository, asked)
        finder.run_script(str(source / "main.py"))
        files = (getattr(module, "__file__", None) for module in finder.modules.values())
        found = frozenset(Path(file) for file in files if file)
        now = frozenset(name for path in found for name in _asked(path))
        if now == asked:
            return found - {source / "main.py"}
        asked = now


class _Finder(ModuleFinder):
    """Finds our modules alone: there is no other folder to look in."""

    def __init__(self, repository: Path, asked: frozenset[str]) -> None:
        super().__init__(path=[str(repository)])
        self._asked = asked

    def load_module(self, fqname: str, fp: Any, pathname: Any, file_info: Any) -> Any:
        """As inherited, without what is imported for type checkers or built for other functions."""
        # Others are built in, or packages, whose `__init__.py` comes here too.
        if not str(pathname).endswith(".py"):
            return super().load_module(fqname, fp, pathname, file_info)
        path = Path(pathname)
        module: Any = self.add_module(fqname)
        module.__file__ = pathname
        module.__code__ = _compile(path, self._wanted(_parse(path)) if fqname == RUNTIME else None)
        self.scan_code(module.__code__, module)
        return module

    def _wanted(self, runtime: ast.Module) -> frozenset[str]:
        """Return the builders that are asked for, and those that they ask."""
        builders = {part.name: part for part in runtime.body if isinstance(part, ast.FunctionDef)}
        wanted, todo = set[str](), [*(self._asked & builders.keys())]
        while todo:
            name = todo.pop()
            wanted.add(name)
            uses = {node.id for node in ast.walk(builders[name]) if isinstance(node, ast.Name)}
            todo += (uses & builders.keys()) - wanted
        return frozenset(wanted)


@cache
def _compile(path: Path, wanted: frozenset[str] | None) -> CodeType:
    """Return the module's code, without blocks for type checkers; `wanted` names the functions to keep."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if wanted is not None:
        tree.body = [part for part in tree.body if getattr(part, "name", None) in {None, *wanted}]
    return compile(ast.fix_missing_locations(_WithoutTypes().visit(tree)), str(path), "exec")


class _WithoutTypes(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.AST:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return ast.Pass()
        return self.generic_visit(node)


@cache
def _asked(path: Path) -> frozenset[str]:
    """Return what a module asks the runtime for, as in `runtime.cards()`."""
    return frozenset(
        node.attr
        for node in ast.walk(_parse(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "runtime"
    )


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
