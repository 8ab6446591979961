"""A real Bitcoin node on loopback, in regtest, without a wallet, and money of its own to move."""
import base64
import hashlib
import http.client
import itertools
import json
import os
import pathlib
import socket
import struct
import subprocess
import time

from support.blocks import double_sha256

PROGRAM = os.environ.get("CLEW_BITCOIND", "bitcoind")
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
START_SECONDS = 60
SATOSHI = 100_000_000
MATURITY = 100  # blocks until a reward may be spent


class RpcError(Exception):
    """The node refused a call."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class BitcoinNode:
    """Started when made; stop() ends it and leaves its folder, to start it from anew."""

    def __init__(self, folder, *options):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.log = open(self.folder / "node.log", "ab")
        self.process = subprocess.Popen(
            [PROGRAM, "-regtest", f"-datadir={self.folder}", f"-rpcport={self.port}", "-server",
             "-rest", "-listen=0", "-connect=0", "-dnsseed=0", "-printtoconsole=1",
             "-minrelaytxfee=0",
             *options],
            stdout=self.log, stderr=subprocess.STDOUT)
        self.wait_until_ready()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def cookie(self):
        """The file that holds user and password."""
        return self.data / ".cookie"

    @property
    def data(self):
        """Where `blocks` lies."""
        return self.folder / "regtest"

    def wait_until_ready(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                return self.call("getblockcount")
            except (OSError, RpcError, http.client.HTTPException):
                time.sleep(0.1)
        raise AssertionError("the node did not start:\n"
                             + (self.folder / "node.log").read_text()[-3000:])

    def call(self, method, *parameters):
        """The result; amounts as the node writes them, as text."""
        document = json.loads(self.post(method, parameters), parse_float=str)
        if document.get("error"):
            raise RpcError(f"{method}: {document['error']['message']}")
        return document["result"]

    def raw(self, method, *parameters):
        """The result as the node wrote it, byte for byte."""
        answer = self.post(method, parameters)
        head, tail = b'{"jsonrpc":"2.0","result":', b',"id":0}'
        assert answer.startswith(head) and answer.endswith(tail), answer[:200]
        return answer[len(head):-len(tail)]

    def post(self, method, parameters):
        cookie = base64.b64encode(self.cookie.read_bytes()).decode()
        body = json.dumps({"jsonrpc": "2.0", "id": 0, "method": method, "params": parameters})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request("POST", "/", body, {"Authorization": f"Basic {cookie}"})
            return connection.getresponse().read().rstrip()
        finally:
            connection.close()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        self.log.close()


def satoshi(amount):
    """Of an amount in coins, as the node writes it: text, or a whole number."""
    whole, _, part = str(amount).partition(".")
    return int(whole) * SATOSHI + int((part + "0" * 8)[:8])


def coins(amount):
    return f"{amount // SATOSHI}.{amount % SATOSHI:08}"


class Key:
    """A key with an address of one kind: pkh, wpkh or tr."""

    def __init__(self, node, number, kind):
        secret = hashlib.sha256(b"key" + struct.pack("<I", number)).digest()
        payload = b"\xef" + secret + b"\x01"
        payload += double_sha256(payload)[:4]
        value = int.from_bytes(payload, "big")
        self.wif = ""
        while value:
            value, digit = divmod(value, 58)
            self.wif = BASE58[digit] + self.wif
        described = node.call("getdescriptorinfo", f"{kind}({self.wif})")
        self.address = node.call("deriveaddresses", described["descriptor"])[0]


class Money:
    """Unspent outputs of known keys, and transactions that spend them, signed by the node."""

    def __init__(self, node):
        self.node, self.coins = node, {}  # (txid, vout): (satoshi, key)

    def mined(self, block_hash, key):
        """Takes note of a block's reward."""
        coinbase = self.node.call("getblock", block_hash, 2)["tx"][0]
        self.coins[coinbase["txid"], 0] = (satoshi(coinbase["vout"][0]["value"]), key)

    def pay(self, sources, payments, fee=1000):
        """Spends `sources`; `payments` is [(key, satoshi)], of which one may be None: the rest.
        Gives the transaction's id."""
        spent = [self.coins.pop(source) for source in sources]
        rest = sum(value for value, _ in spent) - fee - sum(value or 0 for _, value in payments)
        payments = [(key, rest if value is None else value) for key, value in payments]
        raw = self.node.call("createrawtransaction",
                             [{"txid": txid, "vout": vout} for txid, vout in sources],
                             [{key.address: coins(value)} for key, value in payments])
        signed = self.node.call("signrawtransactionwithkey", raw, [key.wif for _, key in spent])
        assert signed["complete"], signed
        txid = self.node.call("sendrawtransaction", signed["hex"], 0)
        for vout, (key, value) in enumerate(payments):
            self.coins[txid, vout] = (value, key)
        return txid


class Traffic:
    """A node with a chain that pays between known keys in several forms, and a stale branch."""

    def __init__(self, folder):
        self.node = BitcoinNode(folder)
        numbers = itertools.count(1)
        self.keys = {kind: [Key(self.node, next(numbers), kind) for _ in range(4)]
                     for kind in ("pkh", "wpkh", "tr")}
        self.money = Money(self.node)
        self.miner = self.keys["wpkh"][0]
        self.rewards = []
        self.forks = 0
        self.mine(MATURITY + 12)

    def mine(self, count=1):
        for block in self.node.call("generatetoaddress", count, self.miner.address):
            self.money.mined(block, self.miner)
            self.rewards.append(next(reversed(self.money.coins)))

    def pay(self, sources, payments):
        txid = self.money.pay(sources, payments)
        self.mine()
        return txid

    def move_money(self):
        """Payments with change, to every kind of address; then two addresses spend together."""
        pkh, wpkh, tr = self.keys["pkh"], self.keys["wpkh"], self.keys["tr"]
        first = self.pay([self.rewards[0]], [(pkh[0], 1_500_000_000), (wpkh[1], None)])
        second = self.pay([self.rewards[1]], [(tr[0], 1_000_000_000), (pkh[1], 700_000_001),
                                              (wpkh[2], None)])
        self.joint = self.pay([(first, 0), (second, 2)], [(tr[1], 2_000_000_000), (pkh[2], None)])
        self.joined = pkh[0].address, wpkh[2].address
        self.pay([(self.joint, 1), (first, 1)], [(pkh[3], 12_345), (wpkh[3], None)])

    def fork(self, depth):
        """Leaves the newest `depth` blocks stale: others take their place, and one more."""
        height = self.node.call("getblockcount")
        stale = self.node.call("getblockhash", height - depth + 1)
        self.node.call("invalidateblock", stale)
        # Another address each time: the same blocks again would be the invalidated ones.
        self.forks += 1
        address = self.keys["tr"][-(self.forks % 3) - 1].address
        self.node.call("generatetodescriptor", depth + 1, f"addr({address})")

    def chain(self):
        """The active chain's block hashes by height."""
        return [self.node.call("getblockhash", height)
                for height in range(self.node.call("getblockcount") + 1)]
