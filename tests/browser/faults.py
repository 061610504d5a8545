"""What may go wrong between a form and the server, and what the page says of it."""

from __future__ import annotations

HTML = {"Content-Type": "text/html"}
FOREIGN = "<!doctype html><title>502</title><h1>Bad Gateway of somebody else</h1>"
DEAD = "because the server cannot be reached"
BROKEN = "because the server did not answer as it should"
OVER = "because you are signed out"
STALE = "because the page was older than your last sign-in"


class Server:
    """What stands between the browser and the server, for POSTs alone."""

    def __init__(self, page):
        self.page, self.taken = page, []

    def dead(self):
        self._handle(lambda route: route.abort("connectionrefused"))

    def answers_502(self):
        self._handle(lambda route: route.fulfill(status=502, headers=HTML, body=FOREIGN))

    def back(self):
        self.page.unroute_all()

    def notes(self):
        """Nothing reaches the server any more; what would have is noted."""

        def note(route):
            self.taken.append(route.request.post_data or "")
            route.fulfill(status=204, headers={"X-Rostrum": "1", "X-Location": "/kept/"})

        self._handle(note)

    def _handle(self, act):
        self.back()
        self.page.route(
            "**/*",
            lambda route: act(route) if route.request.method == "POST" else route.continue_(),
        )


def stale_token(page):
    """Give every form of the page a token that does not hold."""
    page.evaluate(
        """() => {
            for (const one of document.getElementsByName("csrfmiddlewaretoken")) {
                one.value = "x".repeat(64);
            }
        }"""
    )
