"""Real processes to hurt: a Redis of our own, and workers in process groups."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psycopg

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LEASE_SECONDS = 2


class Broker:
    """A Redis without persistence on a loopback port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self.folder}
        command = ["redis-server", *(str(part) for name, value in options.items() for part in (f"--{name}", value))]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers, "Redis to answer", seconds=10)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as caller:
                caller.sendall(b"PING\r\n")
                return caller.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


class Group:
    """A process and its children, signalled together."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
            )

    def send(self, number: int) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.process.wait()


class Asker:
    """A process that asks for jobs, one after the other."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, HERE / "ask_for_jobs.py"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, kind: str, **arguments: object) -> float:
        """How many seconds it took until the job was saved and the bell rung, or given up."""
        print(json.dumps({"kind": kind, "arguments": arguments}), file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


class House:
    """One deployment under test: database, broker, and the processes of ours that run on them."""

    def __init__(self, database_url: str, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.database = psycopg.connect(database_url, autocommit=True)
        stack.callback(self.database.close)
        self.broker = Broker(folder)
        stack.callback(self.broker.kill)
        self.environment = os.environ | {
            "DATABASE_URL": database_url,
            "REDIS_URL": self.broker.url,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "roi_project.settings",
            "CELERY_SKIP_CHECKS": "1",
            "JOB_MODULES": "tests.reliability.chaos_kinds",
            "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            "JOB_SWEEP_SECONDS": "1",
            "JOB_RETRY_SECONDS": "0",
        }

    def worker(self, *, concurrency: int = 2) -> Group:
        quick = ["--without-mingle", "--without-gossip", "--without-heartbeat"]
        return self._celery("worker", "--concurrency", str(concurrency), *quick)

    def clock(self) -> Group:
        return self._celery("beat", "--schedule", str(self.folder / f"beat-{time.monotonic_ns()}"))

    def asker(self) -> Asker:
        asker = Asker(self.environment)
        self.stack.callback(asker.kill)
        return asker

    def manage(self, *command: str) -> None:
        call = [sys.executable, "manage.py", *command, "--skip-checks"]
        subprocess.run(call, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def rows(self, query: str) -> list[tuple]:
        return self.database.execute(query).fetchall()

    def count(self, state: str) -> int:
        return self.rows(f"SELECT count(*) FROM jobs_job WHERE state = '{state}'")[0][0]

    def said(self) -> str:
        return "".join(log.read_text(errors="replace") for log in self.folder.glob("*.log"))

    def _celery(self, *command: str) -> Group:
        log = self.folder / f"{command[0]}-{time.monotonic_ns()}.log"
        program = [sys.executable, "-m", "celery", "-A", "roi_project", *command, "--loglevel", "WARNING"]
        group = Group(program, self.environment | {"DATABASE_ROLE": "worker"}, log)
        self.stack.callback(group.kill)
        self.stack.callback(group.send, signal.SIGCONT)
        return group


def wait_until(holds: Callable[[], bool], what: str, *, seconds: float) -> float:
    """How long it took until it held. Fails, saying what was waited for, when it does not in time."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"Waited {seconds} s in vain for {what}.")
        time.sleep(0.05)
    return time.monotonic() - began
