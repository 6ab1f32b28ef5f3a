"""Caddy's configuration, from settings alone: names/ is the routing table, so no name ever stands in it. Pure."""

from typing import NamedTuple

from control_plane.edge.handlers import Json, answer, proxy, route
from control_plane.edge.routing import A_NAME, doors, to_doorman
from control_plane.settings import HTTP, HTTPS, Settings
from trulybot.kit.rim import LARGEST_HEAD

LONGEST_HEAD = "10s"
LONGEST_SILENCE = "2m"
LONGEST_STOP = "5s"

# They log a request that failed with its address, which may hold a token.
QUOTING_REQUESTS = ["http.log.error", "http.handlers.reverse_proxy"]


class Ports(NamedTuple):
    """`public` is what the world connects to, `plain` where it is told to use HTTPS; `ask` is for Caddy itself."""

    public: int
    plain: int | None = None
    ask: int | None = None

    @classmethod
    def of(cls, settings: Settings, ask: int) -> "Ports":
        return cls(settings.port) if settings.is_local else cls(HTTPS, HTTP, ask)


def configuration(settings: Settings, ports: Ports, issuer: Json | None = None) -> Json:
    """As `caddy run --config` takes it. `issuer` certifies the names that `settings.certificate` lacks."""
    tls = {} if settings.is_local else {"tls": _certificates(settings, ports, issuer or {"module": "acme"})}
    return {
        "admin": {"disabled": True, "config": {"persist": False}},
        "logging": {"logs": {"default": {"level": "ERROR", "exclude": QUOTING_REQUESTS}}},
        "storage": {"module": "file_system", "root": str(settings.edge / "caddy")},
        "apps": {"http": {"servers": _servers(settings, ports), "grace_period": LONGEST_STOP}, **tls},
    }


def _servers(settings: Settings, ports: Ports) -> Json:
    edge = {**_listening(settings, ports.public), **doors(settings)}
    if settings.is_local:
        return {"edge": edge}
    edge["tls_connection_policies"] = [{"default_sni": settings.domain}]
    return {"edge": edge, "plain": _to_https(settings, ports), "ask": _asking(settings, ports)}


def _listening(settings: Settings, port: int | None) -> Json:
    listening: Json = {
        "listen": [f"{settings.host if settings.is_local else ''}:{port}"],
        "automatic_https": {"disable": True},  # it would want to know the names beforehand
        "max_header_bytes": LARGEST_HEAD,
        "read_header_timeout": LONGEST_HEAD,
        "idle_timeout": LONGEST_SILENCE,
    }
    if settings.trusted_proxies:
        listening["trusted_proxies"] = {"source": "static", "ranges": [str(one) for one in settings.trusted_proxies]}
        listening["trusted_proxies_strict"] = 1  # the nearest address that is none of them
    return listening


def _to_https(settings: Settings, ports: Ports) -> Json:
    moved = {"Location": ["https://{http.request.host}{http.request.uri}"]}
    return {
        **_listening(settings, ports.plain),
        "routes": [
            route(answer(308, headers=moved), when={"vars_regexp": {"{http.request.host}": {"pattern": A_NAME}}}),
            route(answer(421, "This name is not served here.")),
        ],
    }


def _asking(settings: Settings, ports: Ports) -> Json:
    """Whether a name may have a certificate Caddy can ask over TCP only; it passes its own question on."""
    return {
        "listen": [f"127.0.0.1:{ports.ask}"],
        "automatic_https": {"disable": True},
        "routes": [route(proxy(settings.doorman_socket, to_doorman(settings)), when={"path": ["/ask"]})],
    }


def _certificates(settings: Settings, ports: Ports, issuer: Json) -> Json:
    given = {"certificate": str(settings.certificate), "key": str(settings.certificate_key)}
    return {
        "certificates": {"load_files": [given]} if settings.certificate else {},
        "automation": {
            "policies": [{"on_demand": True, "issuers": [issuer]}],
            "on_demand": {"permission": {"module": "http", "endpoint": f"http://127.0.0.1:{ports.ask}/ask"}},
        },
    }
