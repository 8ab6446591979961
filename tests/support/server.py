"""`clew serve` as its users run it: started on a port of its own, asked over HTTP, stopped."""
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import urllib.parse

from support.program import PROGRAM
from support.server_process import read_where

WAIT_SECONDS = 120


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def document(self):
        return json.loads(self.body)


class Server:
    """Started when made; stop() ends it and gives its exit code."""

    def __init__(self, folder, *options, environment=()):
        self.process = subprocess.Popen(
            [PROGRAM, "--ledger", str(folder), "--json", "serve", "--port", "0",
             *map(str, options)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **dict(environment)})
        self.url = read_where(self.process)["url"]
        self.port = urllib.parse.urlsplit(self.url).port
        self.log = []
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr))
        self.reader.start()

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(WAIT_SECONDS)
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def ask(self, path, key=None, method="GET", body=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS)
        try:
            given = dict(headers)
            if key is not None:
                given["Authorization"] = f"Bearer {key}"
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def raw(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_SECONDS)

    @property
    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def read_all(connection):
    """What a socket says until its end; a reset ends it too."""
    said = b""
    try:
        while part := connection.recv(1 << 16):
            said += part
    except ConnectionResetError:
        pass
    return said
