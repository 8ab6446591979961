"""Simulated Ethereum worlds, and nodes that `clew replay` makes of them."""
import csv
import http.client
import json
import pathlib
import signal
import subprocess

from support.program import PROGRAM, Ledger
from support.server_process import read_where


class EthereumWorld:
    """A folder that `clew simulate ethereum` wrote."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    @classmethod
    def make(cls, folder, *, seed=1, blocks=200, transactions=8, branches=(), options=()):
        words = [word for start, length in branches for word in ("--branch", f"{start}:{length}")]
        Ledger(folder).json("simulate", "ethereum", "--out", folder, "--blocks", blocks, "--seed",
                            seed, "--transactions-per-block", transactions, *words, *options)
        return cls(folder)

    @property
    def facts(self):
        return json.loads((self.folder / "world.json").read_text())

    def table(self, name):
        """The rows of truth/NAME.csv."""
        with open(self.folder / "truth" / f"{name}.csv", newline="") as file:
            return list(csv.DictReader(file))


class ReplayNode:
    """Started when made; stop() ends it."""

    def __init__(self, source, *options, command=()):
        self.process = subprocess.Popen(
            [*command, PROGRAM, "--json", "replay", str(source), "--listen", "127.0.0.1:0",
             *map(str, options)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.connection = None
        where = read_where(self.process)
        self.url, self.socket_url = where["url"], where.get("websocket")

    def ask(self, method, *parameters):
        """The whole answer to a request."""
        if self.connection is None:
            host = self.url.removeprefix("http://").strip("/")
            self.connection = http.client.HTTPConnection(host, timeout=120)
        body = json.dumps({"jsonrpc": "2.0", "id": 0, "method": method, "params": parameters})
        self.connection.request("POST", "/", body, {"Content-Type": "application/json"})
        return json.loads(self.connection.getresponse().read())

    def call(self, method, *parameters):
        answer = self.ask(method, *parameters)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def head(self):
        return self.call("eth_getBlockByNumber", "latest", False)["hash"]

    def show(self, head, branch=0):
        """From now on the chain is the best one (branch 0) or a branch, up to block `head`."""
        self.call("clew_show", head, branch)

    def stop(self):
        if self.connection is not None:
            self.connection.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=120)
        return self.process.returncode, errors
