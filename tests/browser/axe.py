"""axe-core's verdict on a page; the script beside is npm's axe-core 4.14.1, as it came."""

from pathlib import Path

from playwright.async_api import Page

SCRIPT = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(page: Page) -> list[str]:
    await page.evaluate(SCRIPT)
    found: list[str] = await page.evaluate(
        """rules => axe.run({runOnly: rules}).then(result => result.violations.flatMap(
            violation => violation.nodes.map(node => `${violation.id}: ${node.html}`)))""",
        RULES,
    )
    return found
