from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from anzol.queue.fileowner import FileOwner
from tests.queue.support import wait_until

HOLD = """
import sys
from pathlib import Path
from anzol.queue.fileowner import FileOwner
owner = FileOwner(Path(sys.argv[1]))
print(owner.name, flush=True)
sys.stdin.read()
"""


def test_an_owner_lives_until_it_lets_go(tmp_path: Path):
    owner, other = FileOwner(tmp_path / "owners"), FileOwner(tmp_path / "owners")
    assert not owner.is_dead(other.name)

    other.release()

    assert owner.is_dead(other.name)
    assert owner.is_dead("never-seen")
    owner.release()
    assert list((tmp_path / "owners").iterdir()) == []


def test_a_killed_process_is_dead_at_once(tmp_path: Path):
    owner = FileOwner(tmp_path)
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        name = process.stdout.readline().decode().strip()
        assert not owner.is_dead(name)

        process.kill()
        process.wait()

    assert owner.is_dead(name)
    owner.bury(name)
    assert [path.name for path in tmp_path.iterdir()] == [owner.name]
    owner.release()


def test_files_of_long_dead_owners_are_removed_at_start(tmp_path: Path):
    (tmp_path / "1-dead").touch()
    os.utime(tmp_path / "1-dead", (0, 0))
    (tmp_path / "2-starting").touch()

    owner = FileOwner(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {"2-starting", owner.name}
    owner.release()


def test_a_forked_child_does_not_keep_its_parent_alive(tmp_path: Path):
    """The child lives on when the parent is killed; the parent's lock must not."""
    program = HOLD.replace(
        "print(", "import os, time\npid = os.fork()\nif pid == 0: time.sleep(60)\nprint(pid, "
    )
    owner = FileOwner(tmp_path)
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        child, name = process.stdout.readline().decode().split()
        process.kill()
        process.wait()

        try:
            # The child lets go of it right after the fork.
            wait_until(lambda: owner.is_dead(name))
        finally:
            os.kill(int(child), signal.SIGKILL)
    owner.release()
