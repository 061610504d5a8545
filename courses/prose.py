"""Markdown to safe HTML. Pure: no Django but for the mark of safety.

No picture is shown, since it would tell another site who reads here: the text that stands for it
is, with the way to the picture. One without such a text is decoration and leaves nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.html_re import HTML_TAG_RE
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from courses.texts import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline

_TAGS = {
    "a", "bdi", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol",
    "p", "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_md = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

_LONGEST_TAG = 4000  # characters
_ATTRIBUTE = re.compile(r"""\s([a-zA-Z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")


def _img_tag(state: StateInline, silent: bool) -> bool:
    """Read HTML's `<img>` as the picture that it is; every other tag stays text."""
    start = state.src[state.pos : state.pos + _LONGEST_TAG]
    tag = HTML_TAG_RE.match(start) if re.match(r"<img\b", start, re.IGNORECASE) else None
    if tag is None:
        return False
    if not silent:
        said = {
            name.lower(): unescape(first or second or third)
            for name, first, second, third in _ATTRIBUTE.findall(tag.group())
        }
        token = state.push("image", "img", 0)
        source = state.md.normalizeLink(said.get("src", ""))
        token.attrs = {"src": source, "title": said.get("title", "")}
        token.children = [Token("text", "", 0, content=said.get("alt", ""))]
    state.pos += tag.end()
    return True


def _picture(self: RendererHTML, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    """What stands for a picture, and says so: a link to it where it is on the web."""
    token = tokens[idx]
    words = clean(self.renderInlineAsText(token.children or [], options, env))
    words = words or clean(str(token.attrGet("title") or ""))
    around = [one for one in tokens[:idx] if one.type in {"link_open", "link_close"}]
    is_linked = bool(around) and around[-1].type == "link_open"
    if not words:
        is_alone = is_linked and around[-1] is tokens[idx - 1] and tokens[idx + 1].nesting < 0
        return escapeHtml(str(around[-1].attrGet("href"))) if is_alone else ""
    said = f"[Picture: <bdi>{escapeHtml(words)}</bdi>]"
    source = str(token.attrGet("src") or "")
    if is_linked or not source.lower().startswith(("https://", "http://")):
        return said
    return f'<a href="{escapeHtml(source)}">{said}</a>'


_md.inline.ruler.before("html_inline", "img_tag", _img_tag)
_md.add_render_rule("image", _picture)


def _lower_headings(html: str) -> str:
    for level in (4, 3, 2, 1):
        html = html.replace(f"<h{level}>", f"<h{level + 2}>").replace(
            f"</h{level}>", f"</h{level + 2}>"
        )
    return html


@lru_cache(maxsize=512)
def render(text: str) -> SafeString:
    """Markdown as HTML that holds no script, style, image or foreign scheme.

    Headings sink by two levels, so that a course's own titles stay above them.
    """
    html = nh3.clean(
        _lower_headings(_md.render(text)).replace("<p></p>\n", ""),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    # Cleaned by nh3 in the line above.
    return mark_safe(html)  # nosec B308 B703
