"""The Markdown of an answer as safe HTML: no raw HTML, no pictures, links only to the web and to mail.

Headings become plain lines in bold, so that an answer cannot disturb the outline of the page.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

from taco_lsp.journey.report.markup import Html
from taco_lsp.journey.text import visible

_ALIGNED = re.compile('style="text-align:(left|center|right)"')
"""The pages' policy allows no `style`; in text a quotation mark is escaped."""

LONGEST = 20_000
"""Characters of an answer that are shown."""


def prose(markdown: str) -> Html:
    """Render Markdown."""
    rendered = _renderer().render(visible(clip(markdown, LONGEST)))
    return Html(_ALIGNED.sub(r'class="\1"', rendered))


def clip(text: str, longest: int) -> str:
    """The text, without its middle when it is too long."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters are not shown …\n{text[-half:]}"


@cache
def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    markdown.validateLink = _is_web_address  # type: ignore[method-assign]
    markdown.add_render_rule("heading_open", lambda *_: '<p class="heading">')
    markdown.add_render_rule("heading_close", lambda *_: "</p>\n")
    return markdown


def _is_web_address(url: str) -> bool:
    try:
        return urlsplit(url.strip()).scheme.lower() in ("http", "https", "mailto")
    except ValueError:
        return False
