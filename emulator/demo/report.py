"""The demonstration's printing: a store's dashboard, and how to reach the stack."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

_SYMBOLS = {"BRL": ("R$ ", 2), "JPY": ("¥", 0)}
_WIDTH, _BAR = 92, 30
_TOP = 5


def dashboard_panel(name: str, answer: Mapping[str, Any]) -> RenderableType:
    """Return one store's dashboard; `answer` is the JSON of `GET /store/dashboard`."""
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
    """Print the addresses, the token, and a command that shows an answer when pasted."""
    for name, url in urls.items():
        console.print(f"{name:<14} {url}", markup=False, soft_wrap=True)
    console.print(f"{'token':<14} {token}", markup=False, soft_wrap=True)
    dashboard = urls["dashboard"].rstrip("/")
    console.print(f"\n{'open':<14} {dashboard}/signin#token={token}", markup=False, soft_wrap=True)
    question = f"{dashboard}/store/dashboard?storeId=aurora-sp"
    # One unbroken line, so that it can be copied; the terminal folds it by itself.
    console.print(f"\ncurl -s -H 'Authorization: Bearer {token}' '{question}'", markup=False, soft_wrap=True)


def amount(value: float, currency: str) -> str:
    """Return an amount for a reader, e.g. "R$ 1,234.50" or "¥1,234"."""
    symbol, decimals = _SYMBOLS.get(currency, (f"{currency} ", 2))
    return f"{symbol}{value:,.{decimals}f}"


def bar(value: float, greatest: float, width: int = _BAR) -> str:
    """Return a bar of up to `width` cells, drawn to an eighth of a cell."""
    eighths = round(8 * width * value / greatest) if greatest else 0
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def _summary(summary: Mapping[str, Any], currency: str) -> RenderableType:
    table = Table.grid(padding=(0, 2), expand=True, pad_edge=False)
    for _ in range(3):
        table.add_column(style="dim", no_wrap=True)
        table.add_column(justify="right", style="bold", no_wrap=True)
    money = {key: amount(summary[key], currency) for key in ("totalSales", "averageTicket")}
    count = {key: f"{value:,}" for key, value in summary.items() if key not in money}
    table.add_row(
        "Sales", money["totalSales"], "Orders", count["totalOrders"], "Customers", count["totalCustomers"]
    )
    table.add_row(
        "Average ticket",
        money["averageTicket"],
        "Completed",
        count["totalCompletedOrders"],
        "New customers",
        count["newCustomers"],
    )
    table.add_row("", "", "Expired", count["totalExpiredOrders"], "With coupon", count["ordersWithCoupon"])
    table.add_row(
        "", "", "Refunded", count["totalRefundedOrders"], "Without coupon", count["ordersWithoutCoupon"]
    )
    return table


def _trend(days: list[Mapping[str, Any]], currency: str) -> RenderableType:
    table = _table()
    table.add_column("Last 7 days", no_wrap=True)
    table.add_column("Orders", justify="right")
    table.add_column("Sales", justify="right", no_wrap=True)
    table.add_column("", style="cyan", no_wrap=True, min_width=_BAR)
    greatest = max((day["totalSales"] for day in days), default=0)
    for day in days:
        table.add_row(
            f"{date.fromisoformat(day['date']):%a %d %b}",
            f"{day['totalOrders']:,}",
            amount(day["totalSales"], currency),
            bar(day["totalSales"], greatest),
        )
    return table


def _products(products: list[Mapping[str, Any]], currency: str) -> RenderableType:
    table = _table()
    table.add_column(f"Top {_TOP} products", no_wrap=True, ratio=1)
    table.add_column("Orders", justify="right")
    table.add_column("Sales", justify="right", no_wrap=True)
    table.add_column("Share", justify="right", no_wrap=True)
    for product in products:
        table.add_row(
            Text(product["productName"]),
            f"{product['totalOrders']:,}",
            amount(product["totalSales"], currency),
            f"{product['percentage']:.2f} %",
        )
    return table


def _table() -> Table:
    return Table(box=None, expand=True, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
