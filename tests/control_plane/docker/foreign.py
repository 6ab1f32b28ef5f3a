"""What is on the host and none of ours, however much it looks like it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from control_plane.warden.template import INSTANCE, WORKSPACE, Place
from tests.control_plane.docker.conftest import docker, inspected
from tests.control_plane.docker.wishes import KNOWN


def lookalikes(place: Place) -> dict[str, dict[str, str]]:
    """Names of containers that are none of ours, however much they look like it, with their labels."""
    instance, (one, two, three) = place.instance, KNOWN
    return {
        f"{instance}.{one}.old": {WORKSPACE: one},
        f"{instance}x.{one}": {INSTANCE: f"{instance}x", WORKSPACE: one},
        f"{instance}.{two}": {INSTANCE: instance.upper(), WORKSPACE: two},  # the very name, which is taken then
        f"{instance}.{three}.job2": {INSTANCE: "", WORKSPACE: three},
        f"x{instance}.{three}": {f"{INSTANCE}.other": instance, WORKSPACE: three},
    }


@contextmanager
def foreign_things(place: Place, image: str) -> Iterator[Callable[[], list[Any]]]:
    """Containers, volumes, a network and an image, and how they are found to be."""
    names = list(lookalikes(place))
    volumes, network = [f"{place.volume}x", f"x{place.volume}"], f"{place.volume}-net"
    kept = f"{place.instance}-imagesx:kept"
    try:
        for volume in volumes:
            docker("volume", "create", volume)
        docker("network", "create", "--internal", "--label", f"{INSTANCE}={place.instance}", network)
        subprocess.run(["docker", "import", "-", kept], input=b"", check=True, timeout=60)
        for name, labels in lookalikes(place).items():
            marks = [f"--label={label}={value}" for label, value in labels.items()]
            how = ["--network", network, "--volume", f"{volumes[0]}:/data", "--no-healthcheck", "--entrypoint=sleep"]
            docker("create", "--name", name, *how, *marks, image, "600")
        docker("start", *names[::2])

        def looked_at() -> list[Any]:
            volumes_found = [json.loads(docker("volume", "inspect", volume)) for volume in volumes]
            others = [docker("network", "inspect", network), docker("image", "inspect", kept)]
            return [*(inspected(name) for name in names), *volumes_found, *others]

        yield looked_at
    finally:
        docker("rm", "--force", *names, check=False)
        docker("network", "rm", network, check=False)
        docker("volume", "rm", *volumes, check=False)
        docker("image", "rm", kept, check=False)
