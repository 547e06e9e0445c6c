"""Being served: waitress as we run it, other hosts, and the way out."""

from .draining import Drain
from .server import bind, create_server, set_defaults

__all__ = ["Drain", "bind", "create_server", "set_defaults"]
