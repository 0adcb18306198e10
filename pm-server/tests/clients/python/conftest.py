"""A real server over a folder of its own; the program is PM_SERVER, the generated messages are found by PYTHONPATH."""

import os
import pathlib
import subprocess

import pytest

import stranger


class Server:
    def __init__(self, folder, *arguments):
        self.folder, self.arguments = folder, arguments
        self.process = None
        self.start()
        self.secret = (folder / "secret").read_text().strip().encode()

    def start(self):
        self.process = subprocess.Popen(
            [os.environ["PM_SERVER"], "--data", self.folder, "serve", "--listen", "127.0.0.1:0", *self.arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in self.process.stdout:
            words = line.split()
            if words[:1] == ["websocket"]:
                self.url = words[1]
                return
        raise RuntimeError("the server did not begin")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def token(self, user, role="member", **claims):
        return stranger.sign(self.secret, tenant="main", sub=user, role=role, **claims)

    def client(self, user, role="member", **options):
        return stranger.Client(self.url, self.token(user, role), **options)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(pathlib.Path(tmp_path_factory.mktemp("data")))
    yield server
    server.kill()
