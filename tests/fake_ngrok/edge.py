"""ngrok's edge: takes agents' sessions on one port, and the internet's https on another."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import urlsplit

TOKEN = "2fakeTOKENforTESTS_0123456789abcdef"
MESSAGES = {  # the wording, the repeated authtoken too, is ngrok's
    105: "authentication failed: The authtoken you specified does not look like a proper ngrok "
    "authtoken.\nYour authtoken: {token}",
    107: "authentication failed: The authtoken you specified is properly formed, but it is "
    "invalid.\nYour authtoken: {token}",
    108: "authentication failed: Your account is limited to simultaneous ngrok agent sessions.",
    121: "authentication failed: Your ngrok-agent version is too old.",
    319: "failed to start tunnel: You must reserve a custom hostname for your account.",
    334: "failed to start tunnel: The endpoint is already online.",
    9999: "authentication failed: Something new about {token}.",
}
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "date"}
Headers = dict[str, str]


def make_certificates(directory: Path) -> Path:
    """Make a certificate authority (ca.pem) and the edge's certificate (edge.pem) with openssl."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    ca = ["-x509", "-days", "2", "-subj", "/CN=fake ngrok CA", "-keyout", "ca.key", "-out"]
    usage = ["-addext", "keyUsage=critical,keyCertSign"]
    edge = ["-subj", "/CN=fake ngrok edge", "-keyout", "edge.key", "-out", "edge.csr"]
    sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-in", "edge.csr"]
    (directory / "edge.ext").write_text(
        "subjectAltName=DNS:*.ngrok-free.dev,DNS:*.ngrok-free.app,DNS:localhost\nbasicConstraints=CA:FALSE\n"
        "authorityKeyIdentifier=keyid\nextendedKeyUsage=serverAuth\n"
    )
    for command in (
        ["req", *key, *ca, "ca.pem", *usage],
        ["req", *key, *edge],
        ["x509", "-req", *sign, "-extfile", "edge.ext", "-out", "edge.pem"],
    ):
        subprocess.run(["openssl", *command], cwd=directory, check=True, capture_output=True)
    return directory


class Session:
    """An agent's connection, and the URLs it serves with the names of their endpoints."""

    def __init__(self, connection: socket.socket, ingress: tuple[str, int]) -> None:
        self.connection, self.ingress, self.endpoints = connection, ingress, dict[str, str]()


class Edge:
    """ngrok for one account; its attributes are the rules, to be changed by a test."""

    def __init__(self, certificates: Path) -> None:
        self.domain = "zookeeper-pronto-ship.ngrok-free.dev"  # given to who asks for none
        self.reserved = {"my-own-name.ngrok-free.app"}
        self.refusals: dict[str, int] = {}  # authtoken -> error code
        self.max_sessions = 3
        self.is_down = False  # takes no session
        self.hits: list[str] = []  # every request from the internet
        self.ca_file = certificates / "ca.pem"
        self._sessions: list[Session] = []
        self._lock = threading.RLock()
        self._control = ThreadingTCPServer(("127.0.0.1", 0), Control)
        self._https = ThreadingHTTPServer(("127.0.0.1", 0), Https)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "edge.pem", certificates / "edge.key")
        self._https.socket = context.wrap_socket(
            self._https.socket, server_side=True, do_handshake_on_connect=False
        )
        for server in (self._control, self._https):
            server.daemon_threads, server.edge = True, self
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> Edge:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop_sessions()
        for server in (self._control, self._https):
            server.shutdown()
            server.server_close()

    @property
    def address(self) -> str:
        """The value of FAKE_NGROK_EDGE, for the process that runs pyngrok."""
        return f"127.0.0.1:{self._control.server_address[1]}"

    @property
    def urls(self) -> list[str]:
        """Every URL that is online."""
        with self._lock:
            return sorted(url for session in self._sessions for url in session.endpoints)

    def drop_sessions(self) -> None:
        """Cut the network between the agents and here."""
        with self._lock:
            for session in self._sessions:
                session.connection.shutdown(socket.SHUT_RDWR)

    def request(
        self, method: str, url: str, body: bytes = b"", headers: Headers | None = None
    ) -> tuple[int, Headers, bytes]:
        """Send what a client on the internet sends, TLS verified; return status, headers, body."""
        host = urlsplit(url).hostname or ""
        context = ssl.create_default_context(cafile=self.ca_file)
        connection = http.client.HTTPConnection(host, 443, timeout=10)
        raw = socket.create_connection(self._https.server_address, timeout=10)
        connection.sock = context.wrap_socket(raw, server_hostname=host)
        try:
            path = url.split(host, 1)[1] or "/"
            connection.request(method, path, body, {"Host": host, **(headers or {})})
            response = connection.getresponse()
            lowered = {name.lower(): value for name, value in response.getheaders()}
            return response.status, lowered, response.read()
        finally:
            connection.close()

    def join(self, message: dict[str, Any], connection: socket.socket) -> Session | int:
        """Return the agent's session, or the code of the refusal."""
        if message["token"] != TOKEN:
            return self.refusals.get(message["token"], 105)
        if TOKEN in self.refusals:
            return self.refusals[TOKEN]
        with self._lock:
            if len(self._sessions) >= self.max_sessions:
                return 108
            session = Session(connection, tuple(message["ingress"]))
            self._sessions.append(session)
        return session

    def leave(self, session: Session) -> None:
        with self._lock:
            self._sessions.remove(session)

    def bind(self, message: dict[str, Any], session: Session) -> str | int:
        """Return the URL of a new endpoint, or the code of the refusal."""
        host = urlsplit(message["url"]).hostname if message["url"] else self.domain
        with self._lock:
            if host not in {self.domain, *self.reserved}:
                return 319
            if f"https://{host}" in self.urls:
                return 334
            session.endpoints[f"https://{host}"] = message["name"]
        return f"https://{host}"

    def find(self, host: str) -> tuple[Session | None, str]:
        with self._lock:
            for session in self._sessions:
                if f"https://{host}" in session.endpoints:
                    return session, session.endpoints[f"https://{host}"]
        return None, ""


class Control(StreamRequestHandler):
    """An agent's session: a JSON message per line, each with its answer."""

    def handle(self) -> None:
        edge, session = self.server.edge, None
        if edge.is_down:
            return
        try:
            for line in self.rfile:
                message = json.loads(line)
                if message["op"] == "auth":
                    session = answer = edge.join(message, self.connection)
                    token = message["token"]
                else:
                    answer = edge.bind(message, session)
                reply = {"url": answer} if isinstance(answer, str) else {}
                if isinstance(answer, int):
                    reason = MESSAGES[answer].format(token=token)
                    reply = {"error": f"{reason}\r\n\r\nERR_NGROK_{answer}\r\n"}
                self.wfile.write(json.dumps(reply).encode() + b"\n")
        except OSError:
            pass
        finally:
            if isinstance(session, Session):
                edge.leave(session)


class Https(BaseHTTPRequestHandler):
    """A request from the internet, handed to the agent that serves its host."""

    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        host = self.headers["Host"].split(":")[0]
        self.server.edge.hits.append(f"{self.command} {host}{self.path}")
        session, name = self.server.edge.find(host)
        try:
            if not session:
                raise ConnectionError
            status, headers, content = self.forward(session, name, host, body)
        except OSError:
            content = f"The endpoint {host} is offline.\n\nERR_NGROK_3200\n".encode()
            status, headers = 404, [("ngrok-error-code", "ERR_NGROK_3200")]
        self.send_response(status)
        for key, value in headers:
            if key.lower() not in HOP_BY_HOP | {"content-length", "server"}:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def forward(
        self, session: Session, name: str, host: str, body: bytes
    ) -> tuple[int, Any, bytes]:
        connection = http.client.HTTPConnection(host)
        connection.sock = socket.create_connection(session.ingress, timeout=30)
        connection.sock.sendall(f"{name}\n".encode())
        try:
            connection.putrequest(self.command, self.path, True, True)
            for key, value in self.headers.items():
                if key.lower() not in HOP_BY_HOP | {"x-forwarded-for", "x-forwarded-proto"}:
                    connection.putheader(key, value)
            # ngrok appends to what the client claims, so the last value is the true one
            for key, mine in (("For", self.client_address[0]), ("Proto", "https")):
                claimed = self.headers.get(f"X-Forwarded-{key}")
                both = f"{claimed}, {mine}" if claimed else mine
                connection.putheader(f"X-Forwarded-{key}", both)
            connection.putheader("X-Forwarded-Host", host)
            connection.putheader("Connection", "close")
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def log_message(self, *_: object) -> None:
        pass

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any
