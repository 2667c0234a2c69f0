"""Print a store's dashboard, and how to reach the stack."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import zip_longest
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from shared.domain.figures import FIGURES, SUMMARY, Figure, Kind

_SYMBOLS = {"BRL": ("R$ ", 2), "JPY": ("¥", 0)}
_WIDTH, _BAR = 92, 30
_TOP = 5


def dashboard_panel(name: str, answer: Mapping[str, Any]) -> RenderableType:
    """Return the panel of one store's dashboard, from the JSON of `GET /store/dashboard`."""
    start = date.fromisoformat(answer["period"]["startDate"])
    return Panel(
        Group(
            _summary(answer["summary"], answer["currency"]),
            Text(),
            _trend(answer["dailyTrend"], answer["currency"]),
            Text(),
            _products(answer["salesByProduct"][:_TOP], answer["currency"]),
        ),
        title=f"[bold]{name}[/] · {start:%B %Y}",
        title_align="left",
        subtitle=f"{answer['storeId']} · {answer['timezone']} · {answer['currency']}",
        subtitle_align="right",
        border_style="cyan",
        padding=(1, 2),
        width=_WIDTH,
    )


def print_access(console: Console, urls: Mapping[str, str], token: str) -> None:
    """Print the addresses, the token, and a command to paste."""
    for name, url in urls.items():
        console.print(f"{name:<14} {url}", markup=False, soft_wrap=True)
    console.print(f"{'token':<14} {token}", markup=False, soft_wrap=True)
    dashboard, graphql = urls["dashboard"].rstrip("/"), urls["graphql"].rstrip("/")
    console.print(f"\n{'open':<14} {dashboard}/signin#token={token}", markup=False, soft_wrap=True)
    console.print(f"{'GraphiQL':<14} {graphql}/graphql/#token={token}", markup=False, soft_wrap=True)
    question = f"{dashboard}/store/dashboard?storeId=aurora-sp"
    # One line, so that it can be copied; the terminal wraps it.
    console.print(f"\ncurl -s -H 'Authorization: Bearer {token}' '{question}'", markup=False, soft_wrap=True)


def amount(value: float, currency: str) -> str:
    """Return an amount for a reader, e.g. "R$ 1,234.50" or "¥1,234"."""
    symbol, decimals = _SYMBOLS.get(currency, (f"{currency} ", 2))
    return f"{symbol}{value:,.{decimals}f}"


def bar(value: float, greatest: float, width: int = _BAR) -> str:
    """Return a bar of up to `width` cells, exact to an eighth of a cell."""
    eighths = round(8 * width * value / greatest) if greatest else 0
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def write(figure: Figure, value: float, currency: str) -> str:
    """Return a figure for a reader, e.g. "R$ 1,234.50", "12.3 %" or "1,234"."""
    match figure.kind:
        case Kind.MONEY:
            return amount(value, currency)
        case Kind.PERCENT:
            return f"{value:.{figure.decimals}f} %"
        case Kind.COUNT:
            return f"{value:,}"


def _summary(summary: Mapping[str, Any], currency: str) -> RenderableType:
    table = Table.grid(padding=(0, 2), expand=True, pad_edge=False)
    for _ in range(3):
        table.add_column(style="dim", no_wrap=True)
        table.add_column(justify="right", style="bold", no_wrap=True)
    shown = {f: (f.label, write(f, summary[f.key], currency)) for f in SUMMARY}
    money = [pair for figure, pair in shown.items() if figure.kind is Kind.MONEY]
    counts = [pair for figure, pair in shown.items() if figure.kind is not Kind.MONEY]
    half = (len(counts) + 1) // 2
    for pairs in zip_longest(money, counts[:half], counts[half:], fillvalue=("", "")):
        table.add_row(*(text for pair in pairs for text in pair))
    return table


def _trend(days: list[Mapping[str, Any]], currency: str) -> RenderableType:
    figures = (FIGURES["totalOrders"], FIGURES["totalSales"])
    table = _table("Last 7 days", figures)
    table.add_column("", style="cyan", no_wrap=True, min_width=_BAR)
    greatest = max((day["totalSales"] for day in days), default=0)
    for day in days:
        name = f"{date.fromisoformat(day['date']):%a %d %b}"
        table.add_row(name, *_cells(figures, day, currency), bar(day["totalSales"], greatest))
    return table


def _products(products: list[Mapping[str, Any]], currency: str) -> RenderableType:
    figures = (FIGURES["totalOrders"], FIGURES["totalSales"], FIGURES["percentage"])
    table = _table(f"Top {_TOP} products", figures, ratio=1)
    for product in products:
        table.add_row(Text(product["productName"]), *_cells(figures, product, currency))
    return table


def _cells(figures: Iterable[Figure], row: Mapping[str, Any], currency: str) -> list[str]:
    return [write(figure, row[figure.key], currency) for figure in figures]


def _table(title: str, figures: Iterable[Figure], ratio: int | None = None) -> Table:
    table = Table(box=None, expand=True, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(title, no_wrap=True, ratio=ratio)
    for figure in figures:
        table.add_column(figure.label, justify="right", no_wrap=True)
    return table
