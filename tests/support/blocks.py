"""Bitcoin blocks decoded and written independently of the program, as slowly as Python does it."""
import hashlib
import json
import re
import struct

REGTEST_MAGIC = bytes.fromhex("fabfb5da")
REGTEST_BITS = 0x207fffff
HEADER_SIZE = 80


def double_sha256(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def display(digest):
    return digest[::-1].hex()


def compact_size(number):
    if number < 0xfd:
        return bytes([number])
    return b"\xfd" + struct.pack("<H", number) if number < 0x10000 else (
        b"\xfe" + struct.pack("<I", number))


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "little")

    def count(self):
        first = self.number(1)
        return first if first < 0xfd else self.number({0xfd: 2, 0xfe: 4, 0xff: 8}[first])

    def text(self):
        return self.take(self.count())


class Transaction:
    """Read from `reader`; inputs are (source txid, vout, script, sequence, witness)."""

    def __init__(self, reader):
        start = reader.at
        self.version = reader.number(4)
        self.segwit = reader.data[reader.at:reader.at + 2] == b"\0\1"
        if self.segwit:
            reader.take(2)
        body = reader.at
        inputs = [(display(reader.take(32)), reader.number(4), reader.text(), reader.number(4))
                  for _ in range(reader.count())]
        self.outputs = [(reader.number(8), reader.text()) for _ in range(reader.count())]
        stripped = reader.data[start:start + 4] + reader.data[body:reader.at]
        witness = [[reader.text() for _ in range(reader.count())] if self.segwit else []
                   for _ in inputs]
        self.inputs = [(*each, items) for each, items in zip(inputs, witness)]
        self.lock_time = reader.number(4)
        self.raw = reader.data[start:reader.at]
        stripped += self.raw[-4:]
        self.txid = display(double_sha256(stripped))
        self.wtxid = display(double_sha256(self.raw))
        self.weight = 3 * len(stripped) + len(self.raw)

    def verbose(self):
        """As `getblock` with verbosity 2 prints it."""
        first = self.inputs[0]
        if first[0] == "0" * 64:
            sources = [{"coinbase": first[2].hex(), "txinwitness": [i.hex() for i in first[4]],
                        "sequence": first[3]}]
        else:
            sources = [{"txid": txid, "vout": vout, "scriptSig": {"hex": script.hex()},
                        "txinwitness": [item.hex() for item in items], "sequence": sequence}
                       for txid, vout, script, sequence, items in self.inputs]
        outputs = [{"value": f"{value // 10**8}.{value % 10**8:08}", "n": n,
                    "scriptPubKey": {"hex": script.hex()}}
                   for n, (value, script) in enumerate(self.outputs)]
        return {"txid": self.txid, "hash": self.wtxid, "version": self.version,
                "locktime": self.lock_time, "vin": sources, "vout": outputs}


class Block:
    def __init__(self, raw):
        self.raw = bytes(raw)
        reader = Reader(self.raw)
        header = reader.take(HEADER_SIZE)
        self.hash = display(double_sha256(header))
        version, previous, merkle, self.time, bits, self.nonce = struct.unpack("<i32s32sIII",
                                                                               header)
        self.version, self.bits = version, f"{bits:08x}"
        self.previous, self.merkle_root = display(previous), display(merkle)

    @property
    def transactions(self):
        reader = Reader(self.raw)
        reader.take(HEADER_SIZE)
        return [Transaction(reader) for _ in range(reader.count())]

    @property
    def weight(self):
        transactions = self.transactions
        frame = HEADER_SIZE + len(compact_size(len(transactions)))
        return 4 * frame + sum(tx.weight for tx in transactions)

    def verbose(self, height):
        """The line of JSON that `getblock` with verbosity 2 gives, amounts as exact decimals."""
        line = json.dumps({
            "hash": self.hash, "height": height, "version": self.version, "time": self.time,
            "bits": self.bits, "nonce": self.nonce, "merkleroot": self.merkle_root,
            "previousblockhash": self.previous, "tx": [t.verbose() for t in self.transactions]})
        return re.sub(r'"value": "([0-9.]+)"', r'"value": \1', line).encode() + b"\n"


def mine_empty(previous, height, time, reward):
    """A block of regtest that follows the one with the hash `previous` and holds a coinbase alone,
    which pays `reward` to nobody in particular."""
    pushed = height.to_bytes((height.bit_length() // 8) + 1, "little")  # BIP 34
    script = bytes([len(pushed)]) + pushed + b"\0\0"
    paid = b"\0\x14" + hashlib.sha256(pushed).digest()[:20]
    coinbase = (struct.pack("<i", 2) + b"\1" + bytes(32) + b"\xff\xff\xff\xff"
                + compact_size(len(script)) + script + b"\xff\xff\xff\xff"
                + b"\1" + struct.pack("<q", reward) + compact_size(len(paid)) + paid + bytes(4))
    for nonce in range(1 << 32):
        header = struct.pack("<i32s32sIII", 0x20000000, bytes.fromhex(previous)[::-1],
                             double_sha256(coinbase), time, REGTEST_BITS, nonce)
        if double_sha256(header)[-1] < 0x7f:  # below the target, whatever follows
            return Block(header + b"\1" + coinbase)
    raise AssertionError("no nonce")


def record(raw, magic=REGTEST_MAGIC):
    """As it stands in a block file."""
    return magic + struct.pack("<I", len(raw)) + raw


def merkle_root(txids):
    """Of ids as they are displayed."""
    level = [bytes.fromhex(txid)[::-1] for txid in txids]
    while len(level) > 1:
        level += level[-1:] * (len(level) % 2)
        level = [double_sha256(a + b) for a, b in zip(level[::2], level[1::2])]
    return display(level[0])


def read_block_files(folder, magic=REGTEST_MAGIC):
    """Every block of a folder's blk*.dat, in the order of the files."""
    key = (folder / "xor.dat").read_bytes() if (folder / "xor.dat").exists() else bytes(8)
    for path in sorted(folder.glob("blk*.dat")):
        data = path.read_bytes()
        pad = key * (len(data) // len(key) + 1)
        data = (int.from_bytes(data, "little")
                ^ int.from_bytes(pad[:len(data)], "little")).to_bytes(len(data), "little")
        at = 0
        while data[at:at + 4] == magic:
            size = int.from_bytes(data[at + 4:at + 8], "little")
            yield Block(data[at + 8:at + 8 + size])
            at += 8 + size


def best_chain(blocks):
    """By height from genesis: the longest branch, all blocks weighing the same."""
    by_hash = {block.hash: block for block in blocks}
    height = {"0" * 64: -1}
    waiting = list(by_hash.values())
    while waiting:
        late = []
        for block in waiting:
            if block.previous in height:
                height[block.hash] = height[block.previous] + 1
            else:
                late.append(block)
        assert len(late) < len(waiting), "blocks that follow no other"
        waiting = late
    tip = max(by_hash, key=lambda name: height[name])
    chain = []
    while tip in by_hash:
        chain.append(by_hash[tip])
        tip = chain[-1].previous
    return chain[::-1]
