"""The service as `make run` starts it: real processes, and data of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
OPEN = "Ctrl-C stops the service"
LONGEST_SECONDS = 120


class Service:
    """`manage.py up` in a folder of its own, open when this is made."""

    def __init__(self, folder: Path, environment: dict[str, str], *, empty: bool) -> None:
        self.folder = folder
        self.host = f"127.0.0.1:{environment['PORT']}"
        command = [sys.executable, "manage.py", "up", "--folder", str(folder), *(["--empty"] if empty else [])]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._wait_until_open()
        sign_ins = json.loads((folder / "sign-ins.json").read_text())
        self.passwords, self.tokens = sign_ins["passwords"], sign_ins["tokens"]

    def _wait_until_open(self) -> None:
        patience = threading.Timer(LONGEST_SECONDS, self.process.terminate)
        patience.start()
        said = ""
        while OPEN not in said and (line := self.process.stdout.readline()):
            said += line
        patience.cancel()
        assert OPEN in said, said

    def read(self, path: str, *, who: str) -> Any:
        """What the interface answers to somebody's token."""
        asked = urllib.request.Request(
            f"http://{self.host}{path}", headers={"Authorization": f"Bearer {self.tokens[who]}"}
        )
        with urllib.request.urlopen(asked, timeout=LONGEST_SECONDS) as answer:
            return json.load(answer)

    def stop(self) -> None:
        """The worker is ended at once: its farewell takes seconds, and its data are thrown away with the folder."""
        self.process.terminate()
        os.killpg(self._worker_group(), signal.SIGKILL)
        self.process.communicate(timeout=60)

    @contextmanager
    def worker_held(self) -> Iterator[None]:
        """Nothing that is asked for meanwhile begins before the end of this."""
        group = self._worker_group()
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    def _worker_group(self) -> int:
        """The process group of the worker that runs in the environment of this folder."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                ours = f"BELL_DIR={self.folder}".encode() in (process / "environ").read_bytes()
                if ours and b"worker" in (process / "cmdline").read_bytes().split(b"\0"):
                    return os.getpgid(int(process.name))
            except OSError:  # it ended while we looked
                continue
        raise AssertionError("The worker has ended.")


@contextmanager
def running(folder: Path, *, empty: bool = False) -> Iterator[Service]:
    """On a database of its own: of the server that the suite runs on, or else a file in the folder.

    With the demonstration in it, or `empty` but for people who can sign in.
    """
    with _own_database() as database:
        environment = {
            **{name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "ADMIN_THEME")},
            "SQLITE_PATH": str(folder / "roi.sqlite3"),
            "BELL_DIR": str(folder / "bell"),  # and not a Redis whose messages other tests would answer
            "UPLOADS_DIR": str(folder / "uploads"),
            "PORT": str(_free_port()),
            **database,
        }
        service = Service(folder, environment, empty=empty)
        try:
            yield service
        finally:
            service.stop()


@contextmanager
def _own_database() -> Iterator[dict[str, str]]:
    server = os.environ.get("DATABASE_URL")
    if not server:
        yield {}
        return
    import psycopg

    name = f"team_roi_browser_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield {"DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}"))}
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]
