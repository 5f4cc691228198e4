"""Lines over two logarithmic scales as SVG that takes the colours of the page, light or dark."""

import math
from html import escape

import attrs

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 20, 50
COLOURS = ("#2757dd", "#8b949e", "#0f8a5f", "#c2410c", "#8250df")
DARK = ("#7aa2ff", "#8b949e", "#3fcf8e", "#ff9a5c", "#c297ff")
APART = 17
"""Units between the names of two lines that end in almost the same place."""


@attrs.frozen
class Line:
    """A line with a name; *values* above 0, one for each x of the plot."""

    name: str
    values: tuple[float, ...]
    dashed: bool = False


@attrs.frozen
class Plot:
    """
    A drawing.

    Attributes:
        name: of its file, without the ending.
        text: what it shows, for those who do not see it.
        xs: above 0, ascending.
    """

    name: str
    text: str
    xs: tuple[float, ...]
    lines: tuple[Line, ...]

    def svg(self) -> str:
        """The drawing."""
        across = _Scale(self.xs, LEFT, WIDTH - RIGHT)
        up = _Scale([value for line in self.lines for value in line.values], HEIGHT - BOTTOM, TOP)
        parts = [_STYLE, *self._frame(across, up)]
        ends: list[float] = []
        for number, line in sorted(enumerate(self.lines), key=lambda pair: -pair[1].values[-1]):
            points = [(across.at(x), up.at(y)) for x, y in zip(self.xs, line.values, strict=True)]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            dashes = ' stroke-dasharray="5 4"' if line.dashed else ""
            parts.append(f'<polyline class="grow-line grow-{number}" points="{path}"{dashes}/>')
            if not line.dashed:
                parts += [
                    f'<circle class="grow-dot grow-{number}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
                    for x, y in points
                ]
            ends.append(max(points[-1][1], ends[-1] + APART) if ends else points[-1][1])
            place = f'x="{points[-1][0] + 10:.1f}" y="{ends[-1] + 4:.1f}"'
            parts.append(f'<text class="grow-name grow-{number}" {place}>{escape(line.name)}</text>')
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-size="13" '
            f"font-family=\"system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif\">"
        )
        return "\n".join([head, f"<title>{escape(self.text)}</title>", *parts, "</svg>", ""])

    def _frame(self, across: "_Scale", up: "_Scale") -> list[str]:
        """Lines at the powers of ten, with their names."""
        found = []
        for power in across.powers():
            x = across.at(10.0**power)
            found.append(f'<path class="grow-grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
            found.append(
                f'<text class="grow-text" text-anchor="middle" x="{x:.1f}" y="{HEIGHT - 28}">{10**power:,}</text>'
            )
        for power in up.powers():
            y = up.at(10.0**power)
            found.append(f'<path class="grow-grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            found.append(
                f'<text class="grow-text" text-anchor="end" x="{LEFT - 8}" y="{y + 4:.1f}">{_time(power)}</text>'
            )
        middle = (LEFT + WIDTH - RIGHT) / 2
        return [
            *found,
            f'<text class="grow-text" text-anchor="middle" x="{middle}" y="{HEIGHT - 8}">subjects</text>',
        ]


class _Scale:
    """From a value to a place, by its logarithm; the ends are powers of ten."""

    def __init__(self, values: "tuple[float, ...] | list[float]", start: float, end: float) -> None:
        self._low = math.floor(math.log10(min(values)) + 1e-9)
        self._high = max(math.ceil(math.log10(max(values)) - 1e-9), self._low + 1)
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        """The place of a value."""
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)

    def powers(self) -> range:
        """The powers of ten from end to end."""
        return range(self._low, self._high + 1)


def _time(power: int) -> str:
    """A power of ten of seconds: `10 µs`."""
    unit, below = next(
        (u, p) for u, p in (("s", 0), ("ms", -3), ("µs", -6), ("ns", -9)) if power >= p or u == "ns"
    )
    return f"{10 ** (power - below):,} {unit}" if power >= below else f"10^{power} s"


def _colours(colours: tuple[str, ...], ink: str, rule: str) -> str:
    lines = " ".join(f"--grow-{number}: {colour};" for number, colour in enumerate(colours))
    return f"{{ {lines} --grow-ink: {ink}; --grow-rule: {rule}; }}"


_LIGHT = _colours(COLOURS, "#1f2328", "#d0d7de")
_DARK = _colours(DARK, "#e6edf3", "#3d444d")
_STYLE = "\n".join([
    "<style>",
    f"svg {_LIGHT}",
    f"@media (prefers-color-scheme: dark) {{ svg {_DARK} }}",
    f'body[data-theme="light"] svg {_LIGHT}',  # what the reader of the site has chosen
    f'body[data-theme="dark"] svg {_DARK}',
    ".grow-line { fill: none; stroke-width: 2; }",
    ".grow-grid { stroke: var(--color-background-border, var(--grow-rule)); }",
    ".grow-text { fill: var(--color-foreground-secondary, var(--grow-ink)); font-size: 12px; }",
    *(
        f".grow-line.grow-{n} {{ stroke: var(--grow-{n}); }} .grow-dot.grow-{n}, .grow-name.grow-{n} {{ fill: var(--grow-{n}); }}"
        for n in range(len(COLOURS))
    ),
    "</style>",
])  # fmt: skip
