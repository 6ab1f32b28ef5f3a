"""`trulybot-control warden`."""

import asyncio
from pathlib import Path

from control_plane.folders import Folders
from control_plane.settings import Settings
from control_plane.warden.app import create_warden
from control_plane.warden.engine import Engine
from control_plane.warden.ground import Ground
from control_plane.warden.images import Images
from control_plane.warden.template import Place
from control_plane.warden.warden import Warden
from control_plane.warden.wire import SOCKET
from trulybot.kit import logs, server
from trulybot.kit.errors import CannotStart
from trulybot.kit.folders import make_private


def serve_warden(settings: Settings) -> None:
    """Lay the ground and serve until told to stop; raises CannotStart where that cannot be."""
    logs.to_standard_error(settings.log_level)
    make_private(settings.control)
    keeper = settings.control.stat().st_uid  # whoever CONTROL belongs to is the control plane
    ground = Ground(Folders(settings.root), keeper)
    try:
        own = ground.lay(settings.warden, settings.edge)
    except OSError as error:
        where = error.filename or settings.root
        raise CannotStart(f"{where} cannot be made ready: {error.strerror}. Run the warden as root.") from error
    with server.lock(own):
        asyncio.run(_serve(settings, ground, keeper, own / SOCKET))


async def _serve(settings: Settings, ground: Ground, keeper: int, socket: Path) -> None:
    engine = Engine(settings.docker, Place(settings.volume, settings.volume))
    images = Images(engine, settings.volume, settings.image)
    app = create_warden(Warden(engine, images, ground, keeper))
    await server.serve_together([(app, server.listen_on_socket(socket))], asyncio.Event())
