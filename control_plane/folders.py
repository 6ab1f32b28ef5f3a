"""Where things lie below ROOT (docs/control-plane.md). Pure: nothing here touches a disk."""

from pathlib import Path
from typing import NamedTuple

from trulybot.contract import APP_SOCKET, GATEWAY_SOCKET


class Folders(NamedTuple):
    root: Path

    def data(self, workspace: str) -> Path:
        """The workspace's alone: nobody else opens a file below it."""
        return self.workspaces / workspace

    def run(self, workspace: str) -> Path:
        return self.sockets / workspace

    def socket(self, workspace: str) -> Path:
        return self.run(workspace) / APP_SOCKET

    def given(self, workspace: str) -> Path:
        return self.all_given / workspace

    @property
    def workspaces(self) -> Path:
        return self.root / "workspaces"

    @property
    def sockets(self) -> Path:
        return self.root / "run"

    @property
    def all_given(self) -> Path:
        return self.root / "given"

    @property
    def names(self) -> Path:
        return self.root / "names"

    @property
    def gateway(self) -> Path:
        return self.root / "gateway"

    @property
    def gateway_socket(self) -> Path:
        return self.gateway / GATEWAY_SOCKET
