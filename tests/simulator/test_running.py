"""Starting, stopping, keeping; the page's protections and its event stream."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from anzol import simulator
from anzol.simulator.__main__ import main
from tests.simulator.side import PIXEL, Side, until

Simulate = Callable[..., Side]


def test_an_occupied_port_is_named(sim: Side):
    with pytest.raises(OSError, match=f"127.0.0.1:{sim.running.port} cannot be used"):
        simulator.start(port=sim.running.port)


def test_stopping_ends_polls_and_frees_the_port(simulate: Simulate):
    running = simulator.start(port=0)
    running.stop()
    running.stop()
    simulator.start(port=running.port).stop()


def test_a_folder_keeps_everything(tmp_path: Path):
    first = Side(simulator.start(port=0, data=str(tmp_path)))
    group = first.group()
    said = first.say("hello", group)
    sent = first.call("sendPhoto", files={"photo": ("a.png", PIXEL)}, chat_id=1001)
    first.act("react", chat_id=group, message_id=said["message_id"], reaction=["👍"])
    first.ok("setMyCommands", commands=[{"command": "go", "description": "Go"}])
    largest = sent["result"]["photo"][-1]
    first_bytes = first.session.get(f"{first.url}/user/file/{largest['file_id']}").content
    before = [first.messages(group), first.messages(1001), first.read("state")]
    pending = first.ok("getUpdates")
    first.running.stop()
    second = Side(simulator.start(port=0, data=str(tmp_path)))
    after = [second.messages(group), second.messages(1001), second.read("state")]
    for state in (before[2], after[2]):
        del state["cursor"]
        state["bots"][0]["polling"] = False
    assert after == before
    assert second.ok("getUpdates") == pending
    file = second.ok("getFile", file_id=largest["file_id"])
    got = second.session.get(f"{second.url}/file/bot{second.token}/{file['file_path']}")
    assert got.content == first_bytes
    next_said = second.say("next", group)
    assert next_said["message_id"] == said["message_id"] + 1
    assert second.ok("getUpdates")[-1]["update_id"] == pending[-1]["update_id"] + 1
    second.running.stop()


def test_a_webhook_survives_and_goes_on(tmp_path: Path):
    first = Side(simulator.start(port=0, data=str(tmp_path)))
    hook = first.hook(b"")
    first.say("hi")
    hook.next()
    first.running.stop()
    hook.answers[:] = [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
    second = Side(simulator.start(port=0, data=str(tmp_path)))
    until(lambda: second.ok("getWebhookInfo")["pending_update_count"] == 0)
    second.running.stop()


def test_foreign_names_and_pages_are_refused(sim: Side):
    port = sim.running.port
    for host, status in (("evil.example", 421), (f"localhost:{port}", 200), ("[::1]:1", 200)):
        answer = sim.session.get(f"{sim.url}/user/state", headers={"Host": host})
        assert answer.status_code == status
    foreign = {"Origin": "http://evil.example"}
    answer = sim.session.post(f"{sim.url}/user/send", headers=foreign, data={"text": "x"})
    assert answer.status_code == 403
    own = {"Origin": sim.url}
    assert sim.session.get(f"{sim.url}/user/state", headers=own).status_code == 200


def test_names_can_be_allowed(simulate: Simulate):
    sim = simulate(hosts=["box.local"])
    answer = sim.session.get(f"{sim.url}/user/state", headers={"Host": "box.local:81"})
    assert answer.status_code == 200


def test_the_page_runs_its_own_scripts_only(sim: Side):
    answer = sim.session.get(sim.url)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "script-src 'self'" in policy and "default-src 'none'" in policy
    assert "unsafe" not in policy


def read_events(sim: Side, cursor: int, headers: Any = None) -> Iterator[dict[str, Any]]:
    url = f"{sim.url}/user/events?cursor={cursor}"
    with requests.get(url, stream=True, timeout=60, headers=headers) as stream:
        for line in stream.iter_lines():
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


def test_events_are_told_live_and_again(sim: Side):
    sim.say("before")
    cursor = sim.read("state")["cursor"]
    stream = read_events(sim, cursor)
    sim.say("hello")
    event = next(stream)
    assert (event["type"], event["message"]["text"], event["id"]) == (
        "message",
        "hello",
        cursor + 1,
    )
    assert next(stream)["entry"]["update"]["message"]["text"] == "hello"
    stream.close()
    again = read_events(sim, 0, headers={"Last-Event-ID": str(cursor)})
    assert next(again) == event
    again.close()


def test_a_reader_that_missed_events_is_told(simulate: Simulate):
    sim = simulate(keep=3)
    for _ in range(5):
        sim.say("x")
    stream = read_events(sim, 1)
    assert next(stream) == {"type": "reset"}
    stream.close()


def test_retention(simulate: Simulate):
    sim = simulate(keep=4)
    for number in range(10):
        sim.say(str(number))
    assert [message["text"] for message in sim.messages()] == ["6", "7", "8", "9"]
    assert len(sim.read("log")) == 4


def test_messages_wait_for_the_next(sim: Side):
    sim.say("one")
    assert sim.messages(after=1, wait=0.05) == []
    assert [m["text"] for m in sim.messages(before=2, limit=5)] == ["one"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows cannot ask a process to end")
def test_the_command_serves_and_ends(tmp_path: Path):
    command = [sys.executable, "-m", "anzol.simulator", "--port", "0", "--data", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        body = {"bot": "4242:test", "text": "kept"}
        requests.post(f"{url}user/send", json=body, timeout=60).raise_for_status()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        process.stdout.close()
    second = Side(simulator.start(port=0, data=str(tmp_path)))
    assert [message["text"] for message in second.messages()] == ["kept"]
    second.running.stop()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "99999"], "'99999' is not a port: 0 to 65535"),
        (["--port", "http"], "'http' is not a port"),
        (["--keep", "-5"], "'-5' is not a whole number above 0"),
        (["--keep", "0"], "'0' is not a whole number above 0"),
        (["--speed", "nan"], "'nan' is not a number above 0"),
        (["--speed", "fast"], "'fast' is not a number above 0"),
    ],
)
def test_the_command_refuses_odd_numbers(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err.splitlines()[-1]


def test_the_command_refuses_a_folder_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "file"
    file.write_text("x")
    assert main(["--port", "0", "--data", str(file)]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"--data must be a folder that can be written: {file}")
    (tmp_path / "simulator.db").write_text("this is no database, but is long enough for one")
    assert main(["--port", "0", "--data", str(tmp_path)]) == 1
    assert "choose another folder with --data" in capsys.readouterr().err


def test_the_command_refuses_an_address_of_another_machine(capsys: pytest.CaptureFixture[str]):
    assert main(["--port", "0", "--host", "192.0.2.1"]) == 1
    assert capsys.readouterr().err.endswith("choose another host with --host\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps its rights elsewhere")
def test_only_the_owner_reads_what_is_kept(tmp_path: Path):
    folder = tmp_path / "data"
    sim = Side(simulator.start(port=0, data=str(folder)))
    sim.call("sendPhoto", files={"photo": ("a.png", PIXEL)}, chat_id=1001)
    sim.running.stop()
    kept = [folder, *folder.rglob("*")]
    assert len(kept) == 7
    for path in kept:
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_address_it_tells_can_be_opened(simulate: Simulate):
    sim = simulate(host="0.0.0.0")
    assert sim.running.page_url == f"http://127.0.0.1:{sim.running.port}/"
    assert sim.session.get(sim.running.page_url).status_code == 200


def test_the_command_says_which_port_is_taken(sim: Side):
    command = [sys.executable, "-m", "anzol.simulator", "--port", str(sim.running.port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert str(sim.running.port) in done.stderr and "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_loop_may_be_woken_until_everybody_has_left(monkeypatch: pytest.MonkeyPatch):
    """The number of a trigger that is closed earlier may be another file's, which is then written to."""
    running = simulator.start(port=0)
    server = running._server
    shutdown, woken = server.task_dispatcher.shutdown, []

    def last_to_leave() -> None:
        server.pull_trigger()
        woken.append(True)
        shutdown()

    monkeypatch.setattr(server.task_dispatcher, "shutdown", last_to_leave)
    running.stop()
    assert woken
