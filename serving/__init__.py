"""Being served: waitress as we run it, other hosts, and the way out."""

from .draining import Drain
from .server import SPARE_THREADS, bind, create_server

__all__ = ["SPARE_THREADS", "Drain", "bind", "create_server"]
