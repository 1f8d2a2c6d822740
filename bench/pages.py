"""What a first visit costs the visitor, and what a web worker costs the machine: the real application under a real gunicorn."""

import http.client
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import psutil

from bench.figures import Figure
from tests.browser.full_site import FullSite, full_site
from tests.page_client import PageClient
from timecredits.network.permissions import ActorKind

REQUESTS = 200
_ASKED_FOR = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"')
_IN_STYLES = re.compile(r"""url\((["']?)(/[^"')]+)\1\)""")


def run() -> list[Figure]:
    """Bytes as they travel (compressed where the server does), requests, and memory after some use."""
    with full_site() as site:
        return [*_first_view(site), *_memory(site)]


def _first_view(site: FullSite) -> Iterator[Figure]:
    """The landing page and all it may ask for; a browser fetches fewer of the fonts, so this is the most it can be."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc)
    page, size = _get(connection, "/")
    total, seen = size, {"/"}
    waiting = [each for each in _ASKED_FOR.findall(page) if not each.startswith("data:")]
    while waiting:
        path = urlsplit(urljoin("/", waiting.pop()))
        if path.netloc or path.path in seen or not path.path.startswith("/static/"):
            continue
        seen.add(path.path)
        text, size = _get(connection, path.path)
        total += size
        if path.path.endswith(".css"):
            waiting.extend(match[1] for match in _IN_STYLES.findall(text))
    connection.close()
    yield Figure("first view of the landing page", total / 1024, "KB", "as transferred, every font and icon counted", at_most=100)
    yield Figure("its requests", len(seen), "", "", at_most=12)


def _memory(site: FullSite) -> Iterator[Figure]:
    paths = {kind: [path for _, path in site.pages(kind, every=False)] for kind in (ActorKind.COORDINATOR, ActorKind.VOLUNTEER)}
    done = 0
    while done < REQUESTS:
        for kind, addresses in paths.items():
            cookies = "; ".join(
                f"{each.key}={each.value}"
                for each in (site.full.become(PageClient(site.app), kind).http._cookies or {}).values()  # noqa: SLF001
            )
            connection = http.client.HTTPConnection(urlsplit(site.url).netloc)
            for path in addresses:
                connection.request("GET", path, headers={"Cookie": cookies})
                connection.getresponse().read()
                done += 1
            connection.close()
    workers = psutil.Process(site.pid).children()
    most = max(worker.memory_info().rss for worker in workers) / 1024 / 1024
    yield Figure("memory of a web worker", most, "MB", f"resident, after {done} pages, with 4 threads", at_most=250)


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[str, int]:
    """Fetch it -> its text unpacked, its size packed."""
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    size = len(answer.read())
    connection.request("GET", path)
    return connection.getresponse().read().decode("utf-8", "replace"), size
