"""Anvil, a real Ethereum node for development, on loopback."""
import http.client
import json
import os
import pathlib
import socket
import subprocess
import time
import unittest

PROGRAM = os.environ.get("CLEW_ANVIL")
START_SECONDS = 60
# keccak256 of Transfer(address,address,uint256)
TRANSFER = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"


class RpcError(Exception):
    """The node refused a call."""


def need_anvil():
    if not PROGRAM or not os.access(PROGRAM, os.X_OK):
        raise unittest.SkipTest("NOT CHECKED: no Anvil (CLEW_ANVIL names it; `make test` gets it)")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Anvil:
    """Started when made, on a chain of its own; stop() ends it."""

    def __init__(self, folder, *options):
        self.port = free_port()
        self.log_path = pathlib.Path(folder) / f"anvil-{self.port}.log"
        self.log = open(self.log_path, "ab")
        self.connection = None
        self.process = subprocess.Popen(
            [PROGRAM, "--host", "127.0.0.1", "--port", str(self.port), "--accounts", "20",
             "--balance", "1000000", "-q", *options],
            stdout=self.log, stderr=subprocess.STDOUT)
        self.wait_until_ready()
        self.accounts = self.call("eth_accounts")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self):
        return f"ws://127.0.0.1:{self.port}"

    def wait_until_ready(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return self.call("eth_chainId")
            except (OSError, http.client.HTTPException):
                self.connection = None
                time.sleep(0.05)
        raise AssertionError("Anvil did not start:\n" + self.log_path.read_text()[-3000:])

    def call(self, method, *parameters):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        body = json.dumps({"jsonrpc": "2.0", "id": 0, "method": method, "params": parameters})
        self.connection.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = json.loads(self.connection.getresponse().read())
        if "error" in answer:
            raise RpcError(f"{method}: {answer['error']}")
        return answer["result"]

    def head(self):
        return int(self.call("eth_blockNumber"), 16)

    def block(self, number):
        return self.call("eth_getBlockByNumber", hex(number), False)

    def send(self, sender, to=None, value=0, data="", gas=1_000_000, tip=None):
        """Sends from one of the node's own accounts; the transaction's hash."""
        transaction = {"from": sender, "value": hex(value), "data": "0x" + data, "gas": hex(gas)}
        if tip is not None:
            transaction |= {"maxPriorityFeePerGas": hex(tip), "maxFeePerGas": hex(10**11 + tip)}
        if to:
            transaction["to"] = to
        return self.call("eth_sendTransaction", transaction)

    def deploy(self, code):
        """A contract of this code, in hexadecimal; its address."""
        size = len(code) // 2
        constructor = f"60{size:02x}600c60003960{size:02x}6000f3"
        return self.receipt(self.send(self.accounts[0], data=constructor + code))["contractAddress"]

    def receipt(self, transaction):
        """Waits until the transaction is mined: the node may answer before it is."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            receipt = self.call("eth_getTransactionReceipt", transaction)
            if receipt:
                return receipt
            time.sleep(0.02)
        raise AssertionError(f"{transaction} is not mined")

    def stop(self):
        if self.connection is not None:
            self.connection.close()
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        self.log.close()


def word(number_or_address):
    if isinstance(number_or_address, int):
        return f"{number_or_address:064x}"
    return number_or_address[2:].rjust(64, "0")


# Says Transfer(first word, second word, third word) of what it is called with.
TOKEN = "604035600052602035600035" + "7f" + TRANSFER + "60206000a3" + "00"


def named_token(name, decimals):
    """A token of that name and symbol, which otherwise does as TOKEN."""
    start = 7 + len(TOKEN) // 2
    text = "7f" + name.encode().ljust(32, b"\0").hex() + "60005260206000f3"
    number = start + 16 + len(text) // 2
    answers = f"5b60003560e01c63313ce5671460{number:02x}57{text}5b60{decimals:02x}60005260206000f3"
    return f"3660041460{start:02x}57" + TOKEN + answers


# Passes what it is given on to the address that it is called with.
FORWARDER = "600060006000600034600035" + "5af1" + "00"
# The same, then takes everything back.
REVERTER = "600060006000600034600035" + "5af1" + "60006000fd"
