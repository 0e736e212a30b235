"""The scene on a phone: a QR code of its address where the network reaches this app, otherwise the reason in words.

Try it: `make run HOST=0.0.0.0`, then Stage, and Q.
"""

from __future__ import annotations

import ipaddress
import socket
from functools import lru_cache
from urllib.parse import quote, urlsplit

import segno
import streamlit as st

ALONE = (
    "No address to scan: this app answers on this computer only. Start it with make run HOST=0.0.0.0 on a network you "
    "trust, and the code of each scene stands here."
)
UNPLUGGED = "No address to scan: this computer is in no network that a phone could reach."


def host() -> str | None:
    """The host under which others reach this app; None where it answers on this computer only, "" without a network."""
    seen = urlsplit(st.context.url or "").hostname or ""
    if seen and not local(seen):
        return seen
    bound = st.get_option("server.address")
    if bound and local(bound):
        return None
    return own_address() or ""


def local(name: str) -> bool:
    """Whether a name or address means this computer itself."""
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def own_address() -> str | None:
    """This computer's address in its network; asks the routing table, sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if local(address) or address == "0.0.0.0" else address


def phone(where: str, id: str) -> dict[str, str]:
    """The code of `where?…=id` as `src` and `url`, or the `reason` why there is none."""
    reached = host()
    if not reached:
        return {"reason": ALONE if reached is None else UNPLUGGED}
    here = urlsplit(st.context.url or "")
    scheme, port = here.scheme or "http", here.port or st.get_option("server.port")
    named = f"[{reached}]" if ":" in reached else reached
    url = f"{scheme}://{named}:{port}/{where}{quote(id)}"
    return {"url": url, "src": code(url)}


@lru_cache(maxsize=256)
def code(url: str) -> str:
    """The QR code of an address (ISO/IEC 18004, error correction M) as the data address of an SVG, dark on white."""
    return str(segno.make(url, error="m", micro=False).svg_data_uri(scale=8, border=4, dark="#111", light="#fff"))
