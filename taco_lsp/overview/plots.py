"""The pictures of the overview: bars as SVG that need no script. Every number in them stands in a table beside them."""

from __future__ import annotations

from collections.abc import Sequence

from taco_lsp.journey.report.markup import Html, tag

BAR = 18
"""Height of a bar in pixels."""


def parts(counts: Sequence[tuple[str, str, int]], *, label: str) -> Html:
    """One bar of several parts, each as wide as its share; a part is a class, a name and a number."""
    whole = sum(count for _, _, count in counts) or 1
    drawn, at = [], 0.0
    for kind, name, count in counts:
        width = 100 * count / whole
        if count:
            drawn.append(
                tag("rect", tag("title", f"{name}: {count}"), x=f"{at:.2f}%", y="0", width=f"{width:.2f}%",
                    height=str(BAR), class_=kind)
            )  # fmt: skip
        at += width
    return tag("svg", *drawn, height=str(BAR), role="img", aria_label=label, class_="bar")


def bar(count: int, largest: int, *, kind: str = "plain") -> Html:
    """A bar as long as a number is of the largest; the number itself stands beside it."""
    width = f"{100 * count / (largest or 1):.2f}%"
    return tag(
        "svg", tag("rect", x="0", y="0", width=width, height=str(BAR), class_=kind), height=str(BAR), class_="bar",
        aria_hidden="true",
    )  # fmt: skip


def columns(counts: Sequence[int], *, largest: int, label: str) -> Html:
    """Small columns side by side, such as the hints of each rung."""
    width, gap = 10, 3
    drawn = [
        tag("rect", x=str(index * (width + gap)), y=f"{BAR - height:.1f}", width=str(width), height=f"{height:.1f}",
            class_="plain")
        for index, count in enumerate(counts)
        if (height := max(BAR * count / (largest or 1), 1.5 if count else 0))
    ]  # fmt: skip
    whole = str(len(counts) * (width + gap))
    return tag("svg", *drawn, width=whole, height=str(BAR), role="img", aria_label=label, class_="columns")
