"""Imports point one way: functions to use cases to domain, and the recount stands alone."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def modules(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"{folder} has no modules: the test looks in the wrong place"
    return found


def imported(module: Path) -> Iterator[str]:
    """Yield the dotted name of everything that the module imports, also inside functions."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_under(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def shown(module: Path) -> str:
    return str(module.relative_to(ROOT))


@pytest.mark.parametrize("module", modules("shared/domain"), ids=shown)
def test_the_domain_imports_nothing_but_itself(module: Path) -> None:
    allowed = {"iso4217", "phonenumbers", *sys.stdlib_module_names}
    strangers = [
        name for name in imported(module)
        if name.partition(".")[0] not in allowed and not is_under(name, "shared.domain")
    ]  # fmt: skip
    assert strangers == []


@pytest.mark.parametrize("module", modules("shared"), ids=shown)
def test_what_is_shared_imports_no_function_and_no_tool(module: Path) -> None:
    assert [
        name for name in imported(module) if is_under(name, "functions", "emulator", "tests", "main")
    ] == []


@pytest.mark.parametrize("module", modules("shared"), ids=shown)
def test_only_the_runtime_builds_adapters(module: Path) -> None:
    if shown(module).startswith("shared/adapters") or shown(module) == "shared/runtime.py":
        return
    assert [name for name in imported(module) if is_under(name, "shared.adapters")] == []


@pytest.mark.parametrize("module", modules("shared/adapters"), ids=shown)
def test_an_adapter_knows_neither_the_web_nor_the_runtime(module: Path) -> None:
    wrong = (
        "shared.runtime",
        "shared.entry.web",
        "shared.entry.request_input",
        "shared.entry.delivery",
        "flask",
        "functions_framework",
    )
    assert [name for name in imported(module) if is_under(name, *wrong)] == []


@pytest.mark.parametrize("module", modules("functions"), ids=shown)
def test_a_function_imports_no_tool_and_no_adapter(module: Path) -> None:
    wrong = ("emulator", "tests", "shared.adapters")
    assert [name for name in imported(module) if is_under(name, *wrong)] == []


@pytest.mark.parametrize("module", modules("emulator/recount"), ids=shown)
def test_the_recount_shares_no_code_with_what_it_judges(module: Path) -> None:
    allowed = {"emulator", *sys.stdlib_module_names}
    assert [name for name in imported(module) if name.partition(".")[0] not in allowed] == []
    assert [name for name in imported(module) if is_under(name, "emulator")] == [
        name for name in imported(module) if is_under(name, "emulator.recount")
    ]
