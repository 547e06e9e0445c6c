"""Stand in for ngrok's agent 3: `ngrok version` and `ngrok start --none --log stdout --config F`.

FAKE_NGROK_EDGE      host:port of an Edge; unset or closed: this machine is offline
FAKE_NGROK_VERSION   what `ngrok version` says
FAKE_NGROK_SCENARIO  silent (never gets ready), exit (dies at once), deaf (ignores SIGTERM)
"""

import http.client
import json
import os
import queue
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

VERSION = os.environ.get("FAKE_NGROK_VERSION", "3.39.10")
SCENARIO = os.environ.get("FAKE_NGROK_SCENARIO", "")


def log(level, message, **fields):
    """Print a logfmt line as the Go agent does, and die as it does when nobody reads on."""
    line = f"t={time.strftime('%Y-%m-%dT%H:%M:%S%z')} lvl={level} msg={json.dumps(message)}"
    for key, value in fields.items():
        line += f" {key}={json.dumps(str(value))}"
    try:
        os.write(1, line.encode() + b"\n")
    except BrokenPipeError:
        os._exit(141)


class Refused(Exception):
    """The edge said no."""


class Agent:
    """One session with the edge and the endpoints that go through it."""

    def __init__(self, token):
        self.token, self.endpoints, self.replies = token, {}, queue.Queue()
        self.online = threading.Event()
        self.ingress = ThreadingTCPServer(("127.0.0.1", 0), Ingress)
        self.ingress.agent = self
        threading.Thread(target=self.ingress.serve_forever, daemon=True).start()

    def run(self):
        while True:
            try:
                self.open_session()
            except Refused as error:
                for message in ("failed to reconnect session", "terminating with error"):
                    log("eror", message, err=error)
                log("crit", "command failed", err=error)
                print(f"ERROR:  {error}", file=sys.stderr, flush=True)
                time.sleep(0.2)  # as the real one, which takes a moment to wind down
                os._exit(1)
            except OSError as error:
                log("eror", "failed to reconnect session", obj="tunnels.session", err=error)
                time.sleep(0.1)
                continue
            log("info", "client session established", obj="tunnels.session")
            log("info", "tunnel session started", obj="tunnels.session")
            self.online.set()
            for line in self.lines:
                self.replies.put(json.loads(line))
            self.online.clear()
            log("eror", "session closed, starting reconnect loop", obj="tunnels.session")

    def open_session(self):
        edge = os.environ.get("FAKE_NGROK_EDGE")
        if not edge:
            raise OSError("dial tcp: lookup connect.ngrok-agent.com: no such host")
        host, port = edge.split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=5)
        self.lines = self.socket.makefile("r")
        ingress = self.ingress.server_address
        self.send(op="auth", token=self.token, version=VERSION, ingress=ingress)
        self.receive()
        for endpoint in self.endpoints.values():  # after a reconnect: the same URLs again
            self.send(op="bind", name=endpoint["name"], url=endpoint["url"])
            self.receive()
        self.socket.settimeout(None)

    def send(self, **message):
        self.socket.sendall(json.dumps(message).encode() + b"\n")

    def receive(self):
        line = self.lines.readline()
        if not line:
            raise OSError("EOF")
        return self.checked(json.loads(line))

    def checked(self, reply):
        if "error" in reply:
            raise Refused(reply["error"])
        return reply

    def bind(self, options):
        self.send(op="bind", name=options["name"], url=options.get("url"))
        url = self.checked(self.replies.get(timeout=5))["url"]
        endpoint = {"name": options["name"], "url": url, "upstream": options["upstream"]}
        self.endpoints[options["name"]] = endpoint
        log("info", "started tunnel", obj="tunnels", name=options["name"], url=url)
        return endpoint


class Ingress(StreamRequestHandler):
    """A request from the edge: the endpoint's name on a line, then HTTP for its upstream."""

    rbufsize = 0

    def handle(self):
        endpoint = self.server.agent.endpoints[self.rfile.readline().decode().strip()]
        log("info", "join connections", obj="join", r=self.client_address[0])
        url = urlsplit(endpoint["upstream"]["url"])
        try:
            upstream = socket.create_connection((url.hostname, url.port))
        except OSError as error:
            text = f"failed to connect to {url.netloc}: {error}\n\nERR_NGROK_8012\n".encode()
            head = "HTTP/1.1 502 Bad Gateway\r\nngrok-error-code: ERR_NGROK_8012\r\n"
            self.wfile.write(f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text)
            return
        with upstream:
            threading.Thread(target=copy, args=(self.connection, upstream), daemon=True).start()
            copy(upstream, self.connection)


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Api(BaseHTTPRequestHandler):
    """The local API, as far as pyngrok and a watchdog use it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        agent = self.server.agent
        if self.path == "/api/status":
            state = "online" if agent.online.is_set() else "reconnecting"
            return self.answer(200, {"status": state, "agent_version": VERSION})
        if self.path == "/api/endpoints":
            return self.answer(200, {"endpoints": list(agent.endpoints.values())})
        return self.answer(404, {"status_code": 404, "msg": "Not Found"})

    def do_POST(self):
        options = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        unknown = set(options) - {"name", "url", "upstream", "inspect", "traffic_policy"}
        if unknown or self.path != "/api/endpoints":
            return self.refuse(400, f"unknown field {unknown}")
        try:
            return self.answer(201, self.server.agent.bind(options))
        except Refused as error:
            return self.refuse(502, str(error))

    def do_DELETE(self):
        self.server.agent.endpoints.pop(self.path.removeprefix("/api/endpoints/"))
        self.answer(204)

    def refuse(self, status, reason):
        details = {"msg": "failed to start endpoint", "details": {"err": reason}}
        self.answer(status, {"error_code": 103, "status_code": status, **details})

    def answer(self, status, value=None):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        log("info", "end", pg=self.path, status=http.client.responses[code])


def stop(*_):
    log("info", "received stop request", obj="app")
    os._exit(0)


def main(arguments):
    if arguments == ["version"]:
        print(f"ngrok version {VERSION}")
        return
    assert arguments[:4] == ["start", "--none", "--log", "stdout"], arguments
    if SCENARIO == "exit":
        sys.exit("ERROR:  Error reading configuration file")
    signal.signal(signal.SIGTERM, signal.SIG_IGN if SCENARIO == "deaf" else stop)
    signal.signal(signal.SIGINT, stop)
    with open(arguments[arguments.index("--config") + 1]) as file:
        token = json.load(file)["agent"].get("authtoken", "")  # YAML that is JSON
    agent = Agent(token)
    api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    api.agent = agent
    threading.Thread(target=api.serve_forever, daemon=True).start()
    log("info", "starting web service", obj="web", addr=f"127.0.0.1:{api.server_port}")
    if SCENARIO == "silent":
        threading.Event().wait()
    agent.run()


if __name__ == "__main__":
    main(sys.argv[1:])
