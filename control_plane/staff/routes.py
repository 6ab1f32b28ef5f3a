"""All that only the operator may see and do."""

from control_plane.staff import event_pages, pages, workspace_pages
from trulybot.kit.routes import Routes


def staff_pages() -> Routes:
    return Routes(
        pages.workspaces_page,
        workspace_pages.workspace_page,
        workspace_pages.wake,
        workspace_pages.sleep,
        workspace_pages.suspend,
        workspace_pages.resume,
        event_pages.security_page,
        event_pages.audit_page,
    )
