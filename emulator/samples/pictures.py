"""Product pictures that need no network: a small drawing as a data: URI."""

from urllib.parse import quote

_DRAWINGS = {
    "bowl": "M20 44h56c0 16-10 26-20 28v4H40v-4C30 70 20 60 20 44z",
    "box": "M24 36h48v10H24zM28 48h18v26H28zM50 48h18v26H50zM47 34c-16 0-14-16-2-8zM49 34c16 0 14-16 2-8z",
    "chair": "M32 20h32v30h4v26h-6V58H34v18h-6V50h4z",
    "cup": "M24 34h38v6h5a10 10 0 0 1 0 20h-6c-2 8-8 12-17 12-14 0-20-8-20-20zM62 46v8h4a4 4 0 0 0 0-8z",
    "cushion": "M24 30c16 4 32 4 48 0-4 12-4 24 0 36-16-4-32-4-48 0 4-12 4-24 0-36z",
    "frame": "M24 22h48v52H24zM31 29v38h34V29zM35 62l10-16 6 8 4-5 7 13z",
    "lamp": "M36 22h24l12 26H24zM45 48h6v20h11v6H34v-6h11z",
    "leaf": "M72 22c4 30-12 50-34 48l-8 8-4-4 8-8C28 40 44 22 72 22z",
    "pot": "M27 44h36c2-6 8-10 15-8-4 2-6 6-8 14-2 14-10 22-24 22-12 0-19-8-19-20zM40 36h14v6H40z",
    "tin": "M30 24h36v9H30zM32 36h32v38H32z",
    "vase": "M38 20h20v8c0 8 12 14 12 28 0 12-8 20-14 20H40c-6 0-14-8-14-20 0-14 12-20 12-28z",
}


def picture(drawing: str, hue: int) -> str:
    """Return a data: URI, well under 2,000 characters, of a named drawing on a pale tile.

    Args:
        drawing: a name of `_DRAWINGS`.
        hue: the tile's colour, in degrees of the colour wheel.
    """
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 96 96'>"
        f"<rect width='96' height='96' rx='16' fill='hsl({hue},45%,90%)'/>"
        f"<path fill='hsl({hue},45%,36%)' fill-rule='evenodd' d='{_DRAWINGS[drawing]}'/></svg>"
    )
    return "data:image/svg+xml," + quote(svg, safe="=:/(),")
