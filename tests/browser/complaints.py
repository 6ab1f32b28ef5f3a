"""What a page complains of, to those who open a browser's console."""

from playwright.async_api import ConsoleMessage, Page

# A container came or went on this machine, and Chromium broke off what was under way: nothing of the page's.
NOT_THE_PAGES = "net::ERR_NETWORK_CHANGED"


def complaints_of(page: Page) -> list[str]:
    """Grows with each warning, and with each error of its scripts, from now on."""
    heard: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and NOT_THE_PAGES not in said.text:
            heard.append(said.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard
