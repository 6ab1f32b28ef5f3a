"""All that only the operator may see and do."""

from control_plane.staff import event_pages, pages, upgrade_pages, workspace_pages
from trulybot.kit.routes import Routes


def staff_pages() -> Routes:
    return Routes(
        pages.workspaces_page,
        workspace_pages.workspace_page,
        workspace_pages.wake,
        workspace_pages.sleep,
        workspace_pages.suspend,
        workspace_pages.resume,
        upgrade_pages.upgrades_page,
        upgrade_pages.begin,
        upgrade_pages.pause,
        upgrade_pages.go_on,
        upgrade_pages.stop,
        event_pages.security_page,
        event_pages.audit_page,
    )
