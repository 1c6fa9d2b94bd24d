"""The demo page's HTML, edited in place: its elements that fetch something, and its policy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

POLICY = "content-security-policy"
_FETCHING = frozenset(
    ["script", "link", "img", "iframe", "audio", "video", "source", "object", "embed"]
)
_ENDED_BY_TAG = frozenset(("script", "iframe", "audio", "video", "object"))


@dataclass(frozen=True)
class Element:
    """A start tag as written, with its end tag where it has no content, and where it stands."""

    tag: str
    attributes: dict[str, str]
    text: str
    start: int

    @property
    def rel(self) -> str:
        """What a link is for."""
        return self.attributes.get("rel", "")

    def need(self, name: str) -> str:
        """An attribute that must be there.

        Raises:
            ValueError: it is not.
        """
        if not (value := self.attributes.get(name)):
            raise ValueError(f"{self.text} has no {name}")
        return value


class PageHtml:
    """An HTML page; `elements` are all those that make a browser fetch something."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._edits: list[tuple[int, int, str]] = []
        reader = _Reader(html)
        self.elements = [element for element in reader.found if element.tag in _FETCHING]
        self._metas = [element for element in reader.found if element.tag == "meta"]

    @property
    def policy(self) -> str:
        """The content security policy that the page itself states; empty when it has none."""
        found = self._policy_element()
        return "" if found is None else found.need("content")

    def replace(self, element: Element, text: str) -> None:
        """Put `text` in the place of an element."""
        self._edits.append((element.start, element.start + len(element.text), text))

    def drop(self, element: Element) -> None:
        """Leave out an element and the blanks before it."""
        kept = len(self._html[: element.start].rstrip())
        self._edits.append((kept, element.start + len(element.text), ""))

    def before(self, tag: str, text: str) -> None:
        """Put `text` before the first element of that name."""
        first = next(element for element in self.elements if element.tag == tag)
        self._edits.append((first.start, first.start, text))

    def before_end(self, text: str) -> None:
        """Put `text` at the end of the body."""
        end = self._html.rindex("</body>")
        self._edits.append((end, end, text))

    def after_charset(self, text: str) -> None:
        """Put `text` after the element that names the encoding, which must be the first."""
        charset = next(element for element in self._metas if "charset" in element.attributes)
        end = charset.start + len(charset.text)
        self._edits.append((end, end, text))

    def mark(self, kind: str, description: str) -> None:
        """Say in the root element what the page is for, and describe it so."""
        root = self._html.index("<html") + len("<html")
        self._edits.append((root, root, f' data-kind="{escape(kind)}"'))
        found = next(each for each in self._metas if each.attributes.get("name") == "description")
        self.replace(found, f'<meta name="description" content="{escape(description)}">')

    def set_policy(self, policy: str) -> None:
        """State another content security policy."""
        found = self._policy_element()
        if found is None:
            raise ValueError("the page has no content security policy")
        text = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy, quote=True)}">'
        # Values have single quotes, which need no escape between double ones.
        self.replace(found, text.replace("&#x27;", "'"))

    def set_text(self, element_id: str, text: str) -> None:
        """Replace what is inside the paragraph of that id, if there is one."""
        found = re.search(rf'<p id="{element_id}"[^>]*>(.*?)</p>', self._html, re.DOTALL)
        if found:
            self._edits.append((*found.span(1), escape(text, quote=False)))

    def text(self) -> str:
        """The page with all edits made."""
        parts, done = [], 0
        # What is put before an element goes before what takes that element's place.
        for start, end, text in sorted(self._edits, key=lambda edit: (edit[0], edit[1])):
            parts += [self._html[done:start], text]
            done = max(done, end)
        return "".join([*parts, self._html[done:]])

    def _policy_element(self) -> Element | None:
        return next(
            (
                element
                for element in self._metas
                if element.attributes.get("http-equiv", "").lower() == POLICY
            ),
            None,
        )


class _Reader(HTMLParser):
    """Collects every element with its attributes and place."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Element] = []
        self._html = html
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        line, column = self.getpos()
        start = self._lines[line - 1] + column
        text = self.get_starttag_text() or ""
        if tag in _ENDED_BY_TAG and self._html.startswith(f"</{tag}>", start + len(text)):
            text += f"</{tag}>"
        self.found.append(Element(tag, {name: value or "" for name, value in attrs}, text, start))
