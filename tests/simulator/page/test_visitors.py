"""A web page that the developer visits cannot command the simulator: tried with a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from anzol.simulator import Running, start
from tests.browsers import chromium, new_page
from tests.simulator.page.tools import expect, tell

pytestmark = [pytest.mark.slow, pytest.mark.attack]

# Everything a page can do to another address without asking it: what is tried is a GET or a simple POST.
ATTACKS = {
    "picture": '<img src="{set}" referrerpolicy="no-referrer" onerror="done()" onload="done()">',
    "script": '<script src="{set}" onerror="done()" onload="done()"></script>',
    "style": '<link rel="stylesheet" href="{set}" onerror="done()" onload="done()">',
    "frame": '<iframe src="{set}" onload="done()"></iframe>',
    "form": (
        '<iframe name="hole" onload="done()"></iframe><form id="f" method="post" target="hole" '
        'enctype="multipart/form-data" action="{api}/setWebhook"><input name="url" value="{url}">'
        "</form><script>f.submit()</script>"
    ),
    "fetch": (
        "<script>fetch('{api}/setWebhook', {{method: 'POST', mode: 'no-cors', "
        "body: new URLSearchParams({{url: '{url}'}})}}).finally(() => done())</script>"
    ),
    "beacon": (
        "<script>navigator.sendBeacon('{api}/setWebhook', new URLSearchParams({{url: '{url}'}}));"
        "setTimeout(() => done(), 300)</script>"
    ),
    "user side": (
        "<script>fetch('{root}/user/send', {{method: 'POST', mode: 'no-cors', body: "
        "JSON.stringify({{bot: '4242:test', text: \"evil\"}})}}).finally(() => done())</script>"
    ),
    "refresh": '<meta http-equiv="refresh" content="0;url={set}">',
}


@pytest.fixture
def evil(running: Running) -> Iterator[str]:
    """A site that attacks the simulator in the way that its path names."""
    api = f"{running.url}/bot4242:test"
    there = "http://127.0.0.1:9/stolen"
    words = {"api": api, "root": running.url, "url": there, "set": f"{api}/setWebhook?url={there}"}

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            attack = ATTACKS.get(self.path[1:].replace("%20", " "), "").format(**words)
            script = "<script>let left = 1; function done() { document.title = 'done'; }</script>"
            body = f"<!doctype html><title>free games</title>{script}{attack}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_is_refused(browser: Any, running: Running, evil: str, attack: str):
    requests.get(f"{running.url}/bot4242:test/getMe", timeout=60)
    refused: list[int] = []
    with new_page(browser) as page:
        page.on("response", lambda r: refused.append(r.status) if running.url in r.url else None)
        page.goto(f"{evil}/{attack}")
        if attack == "refresh":
            page.wait_for_url(f"{running.url}/**")
        else:
            expect(page).to_have_title("done")
    info = requests.get(f"{running.url}/bot4242:test/getWebhookInfo", timeout=60).json()["result"]
    assert info["url"] == ""
    state = requests.get(f"{running.url}/user/state", timeout=60).json()["result"]
    assert state["chats"] == []
    assert set(refused) <= {403}


def test_a_link_from_elsewhere_opens_the_page(browser: Any, running: Running, evil: str):
    tell(running, "bot", bot="4242:test")
    with new_page(browser) as page:
        page.goto(f"{evil}/")
        page.evaluate("(url) => { location.href = url }", running.page_url)
        page.wait_for_selector("#app[data-ready]")


def test_the_page_works_where_browsers_tell_less(browser: Any, evil: str):
    """At a plain http address that is not this machine's, no Sec-Fetch-Site is sent."""
    running = start(port=0, hosts=["lan.test"])
    names = "--host-resolver-rules=MAP lan.test 127.0.0.1"
    with chromium(browser.browser_type, names) as other, new_page(other) as page:
        page.goto(f"http://lan.test:{running.port}/")
        page.wait_for_selector("#app[data-ready]")
        page.click("text=Create one here")
        page.press("dialog input >> nth=0", "Enter")
        page.wait_for_selector("text=Bot 4242")
        page.goto(f"{evil}/")
        picture = f"http://lan.test:{running.port}/bot4242:test/logOut"
        page.evaluate(
            """(url) => new Promise((resolve) => {
              const image = new Image();
              image.referrerPolicy = "no-referrer";
              image.onerror = image.onload = resolve;
              image.src = url;
            })""",
            picture,
        )
    log = requests.get(f"{running.url}/user/log", timeout=60).json()["result"]
    assert [entry for entry in log if entry["kind"] == "call"] == []
    running.stop()
