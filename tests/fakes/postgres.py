"""A throw-away PostgreSQL server on a free port, run by a user that is not root (it refuses to be)."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "open-sesame-7391"


def server_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl (Debian's, newest first, or the one on PATH), or None."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    candidates = [*reversed(found), *([Path(on_path)] if on_path else [])]
    return next((path.parent for path in candidates if (path.parent / "pg_ctl").exists()), None)


@contextmanager
def running_server(programs: Path):
    """Yield the address of the server's empty database; stop it and delete everything afterwards."""
    owner = _owner()
    # The user that runs the server cannot look into pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="factline-postgres-"))
    try:
        password_file = folder / "password"
        password_file.write_text(PASSWORD)
        if owner:
            for path in (folder, password_file):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        port = _free_port()

        def run(program: str, *arguments: str) -> None:
            log = folder / "output"
            as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
            with log.open("a") as output:
                done = subprocess.run(
                    [programs / program, *arguments],
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    cwd=folder,
                    env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                    check=False,
                    timeout=60,
                    **as_owner,
                )
            assert done.returncode == 0, f"{program} failed:\n{log.read_text()}"

        data = str(folder / "data")
        access = ["--username=factline", f"--pwfile={password_file}", "--auth=scram-sha-256"]
        run("initdb", f"--pgdata={data}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", *access)
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c max_connections=50"
        run("pg_ctl", "--pgdata", data, "--wait", "--log", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://factline:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "--pgdata", data, "--wait", "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
