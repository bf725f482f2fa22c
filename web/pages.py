"""Pages: what every page is given, and how it answers in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.flow import Flow
from notifier.addressees import shown_name
from notifier.options import Language, Organisation, Person
from notifier.words import day, kind_in_words, one_line, when
from response.desk import Desk
from response.may import What, may
from response.roles import superior_of
from rules.marks import shown
from store import ids
from store.clock import Clock
from store.engine import Store
from web import typed
from web.language import LANGUAGES, asked_for, chosen, words
from web.limit import Limit
from web.options import WebOptions
from web.provider import Provider
from web.running import Running

_BREAKS = re.compile(r"([@._-])")
DAYS_FROM = 2
"""From so many days on, minutes say nothing."""
HERE = Path(__file__).parent
LANGUAGE_NAMES: Mapping[Language, str] = {"ja": "日本語", "en": "English"}


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pages work with."""

    flow: Flow
    desk: Desk
    store: Store
    organisation: Organisation
    options: WebOptions
    clock: Clock
    form_key: bytes
    """Signs forms; the same in every process and on every node."""
    bring_back: timedelta = timedelta(days=7)
    """`[hold] bring_back`."""
    reports: Limit = field(default_factory=lambda: Limit(20, timedelta(minutes=15)))
    """On the page that anybody may open: a colleague reports once or twice, whole offices stand behind one address."""
    outside: Limit = field(default_factory=lambda: Limit(20, timedelta(minutes=15)))
    """On the page of unintended recipients, who answer once or twice."""
    sign_ins: Limit = field(default_factory=lambda: Limit(30, timedelta(minutes=15)))
    """The same of links to sign in; for one mailbox there are fewer (`web.sign_in`)."""
    provider_sign_ins: Limit = field(default_factory=lambda: Limit(30, timedelta(minutes=15)))
    """Apart from those: who tries a slow provider again and again has the link still."""
    asks: Limit = field(default_factory=lambda: Limit(3, timedelta(minutes=15)))
    """Of one client for one mailbox."""
    api_reports: Limit = field(default_factory=lambda: Limit(600, timedelta(minutes=15)))
    """Of one program."""
    api_tokens: tuple[bytes, ...] = ()
    """`[web.api]`; () where programs report nothing."""
    provider: Provider | None = None
    """`[web.oidc]`."""
    running: Running = field(default_factory=Running)
    """For the admin's pages."""

    def may(self, person: str, what: What) -> bool:
        """Whether somebody may do that, by the settings as they are now."""
        return may(person, what, self.organisation, self.desk.office.options.staff)

    def language(self, request: Request, fallback: str = "") -> Language:
        """Choose what this request is answered in."""
        known = next((name for name in LANGUAGES if name == fallback), self.organisation.language)
        return chosen(request, known)

    def show(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        status: int = 200,
        fallback: str = "",
        stands: bool = False,
    ) -> Response:
        """Answer with a page; to a form that was not taken with what was typed into it. `stands`: its choices, too, whatever the status."""
        page = self.rendered(request, template, context, fallback=fallback)
        given = typed.posted(request.scope) if status >= 400 else {}  # noqa: PLR2004 - RFC 9110 15.5
        if given:
            path = f"{prefix(request)}{request.url.path}"
            page, texts = typed.put_back(page, path, given, choices=stands or status == 422)  # noqa: PLR2004 - something is missing
            if texts:
                more = self.rendered(request, "typed.html", {"texts": texts}, fallback=fallback)
                page = page.replace("</main>", f"{more}</main>", 1)
        return HTMLResponse(page, status)

    def rendered(self, request: Request, template: str, context: Mapping[str, Any], *, fallback: str = "") -> str:
        """Render a page, or a part of one."""
        language = self.language(request, fallback)
        page = environment(language).get_template(template)
        shared = {
            "organisation": self.organisation,
            "reporting_rule": self.desk.office.options.reporting_rule,
            "language": language,
            "languages": [
                (name, LANGUAGE_NAMES[name], self._other(request, name)) for name in LANGUAGES if name != language
            ],
            "here": self.path(request, request.url.path),
            "static": f"{prefix(request)}/static/style.css?{style_version()}",
            "icon": f"{prefix(request)}/static/icon.svg",
            "now": self.clock.now(),
            "elapsed": lambda time: elapsed(time, language),
            "when": lambda at: when(at, self.organisation.time_zone, language),
            "named": lambda address: wrappable(shown_name(self.organisation, address) or address),
            "day": lambda at: day(at, self.organisation.time_zone, language),
        }
        return page.render(**shared, **context)

    def not_found(self, request: Request) -> Response:
        """Give the one answer to unknown, mangled, foreign and expired links, and to every other address."""
        return self.show(request, "not_found.html", {}, status=404)

    def refused(self, request: Request, status: int) -> Response:
        """Answer a form that was not accepted, and for a store that does not answer."""
        return self.show(request, "refused.html", {"status": status}, status=status)

    def again(self, request: Request, path: str, *, fragment: str = "", **query: str) -> Response:
        """After a form: look at the page anew (303), so that a reload sends nothing twice."""
        place = f"#{quote(fragment)}" if fragment else ""
        return RedirectResponse(self.path(request, path, **query) + place, 303)

    def again_at(self, request: Request, path: str) -> Response:
        """The same to a path of ours that brings its own query."""
        return RedirectResponse(f"{prefix(request)}{path}", 303)

    def path(self, request: Request, path: str, **query: str) -> str:
        """Make a path of ours with what the address says of language and work, for links and forms."""
        kept = {
            name: value
            for name, value in (("lang", asked_for(request) or ""), ("work", request.query_params.get("work", "")))
            if value
        }
        asked = urlencode({**kept, **query})
        return f"{prefix(request)}{path}" + (f"?{asked}" if asked else "")

    def superior_of(self, address: str) -> Person | None:
        """Whom to tell first: the superior, else who leads the response; None when nobody is named."""
        found = superior_of(address, self.organisation)
        return (self.organisation.person(found) or Person(address=found)) if found else None

    def _other(self, request: Request, language: Language) -> str:
        """Name the same page in another language; relative, so that it says nothing of the path."""
        work = request.query_params.get("work", "")
        return "?" + urlencode({"lang": language, **({"work": work} if work else {})})


def prefix(request: Request) -> str:
    """Tell the path in front of ours when a server before us serves the pages under one; from the settings only."""
    return str(request.app.state.prefix)


def prefix_of(base_url: str) -> str:
    """Take the path of a base URL without its last slash."""
    return urlsplit(base_url).path.rstrip("/")


@cache
def style_version() -> str:
    """Name the version of the style sheet, so that browsers may keep it."""
    return sha256((HERE / "static" / "style.css").read_bytes()).hexdigest()[:12]


@cache
def environment(language: Language) -> Environment:
    """Templates that escape everything, stop at a name they do not know, and speak one language."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(words(language), newstyle=True)  # type: ignore[attr-defined] # added by the extension
    made.filters["number"] = ids.shown
    made.filters["kinds"] = lambda counts: [
        kind_in_words(kind, count, language) for kind, count in dict(counts).items() if count
    ]
    made.filters["plain"] = one_line
    made.filters["tel"] = lambda text: "".join(c for c in text if c.isascii() and (c.isdigit() or c in "+*#,"))
    made.filters["wrappable"] = wrappable
    made.filters["readable"] = lambda address: "@".join(shown(address))
    made.filters["iso"] = datetime.isoformat
    made.filters["read_time"] = datetime.fromisoformat
    return made


def elapsed(time: timedelta, language: Language) -> str:
    """Say how long: minutes, hours with minutes, or days with hours."""
    _ = words(language).gettext
    minutes = max(int(time.total_seconds()) // 60, 0)
    hours, days = minutes // 60, minutes // (24 * 60)
    if days >= DAYS_FROM:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours % 24}
    return (
        _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes % 60}
        if hours
        else _("%(minutes)d min") % {"minutes": minutes}
    )


def wrappable(text: str) -> Markup:
    """Let a long address or file name break after its signs; what is copied stays the same."""
    return Markup(_BREAKS.sub(r"\1<wbr>", str(escape(one_line(text)))))  # noqa: S704 - escaped just here
