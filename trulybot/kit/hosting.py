"""What a hosted workspace is told of itself: a file of the control plane's, read again whenever it has changed."""

import logging
from pathlib import Path

import msgspec

from trulybot.contract import GIVEN, TOKEN, Given
from trulybot.kit.errors import CannotStart

log = logging.getLogger(__name__)


class Hosting:
    """Also the names that lead here: `"acorn.example.com" in hosting`. Raises CannotStart when nothing can be read."""

    def __init__(self, folder: Path) -> None:
        self.token = folder / TOKEN
        self._file = folder / GIVEN
        self._version: object = None
        self._given = self._read_first()

    @property
    def now(self) -> Given:
        """A file that cannot be read at this moment changes nothing."""
        try:
            if (version := _version_of(self._file)) != self._version:
                self._version = version  # first: what cannot be read is tried, and told of, once
                self._given = _read(self._file)
        except (OSError, msgspec.DecodeError) as error:
            log.error("%s cannot be read; what it said before still holds: %s", GIVEN, type(error).__name__)
        return self._given

    def __contains__(self, host: object) -> bool:
        return host in self.now.hosts

    @property
    def address(self) -> str:
        return self.now.address

    @property
    def entrance(self) -> str:
        """Where the console sends its people in from."""
        return f"{self.console_page}/enter"

    @property
    def console_page(self) -> str:
        """Where this workspace is run, and its members are."""
        return f"{self.now.console}/workspaces/{self.now.workspace}"

    @property
    def workspaces_page(self) -> str:
        return f"{self.now.console}/"

    @property
    def account_page(self) -> str:
        """Where somebody’s own account is."""
        return f"{self.now.console}/account"

    def _read_first(self) -> Given:
        try:
            self._version = _version_of(self._file)
            return _read(self._file)
        except (OSError, msgspec.DecodeError) as error:
            raise CannotStart(f"{self._file} does not say what this workspace is: {error}.") from error


def _version_of(file: Path) -> object:
    found = file.stat()
    return found.st_mtime_ns, found.st_ino, found.st_size


def _read(file: Path) -> Given:
    return msgspec.json.decode(file.read_bytes(), type=Given)
