#!/usr/bin/env python3
"""Block files that are cut off, damaged or made to hurt: each is refused with file, byte offset and
reason and a non-zero exit, and what was good before it is kept."""
import gzip
import json
import os
import pathlib
import random
import re
import struct
import tempfile
import unittest

from support.blocks import best_chain, double_sha256, read_block_files, record
from support.folders import Content
from support.program import DATA_ERROR, OK, Ledger, main
from support.worlds import World

BLOCKS = 200
BAD = 120  # height of what is damaged
HOLE = [{"from": BAD, "to": BAD}]
HUGE = (0, 1, 80, 0x01ffffff, 0x7fffffff, 0xffffffff)  # sizes that no record should have
RANDOM_FILES = 12
MEMORY_MAX = 300 << 20  # bytes that refusing a small file may take
MAGICS = ("fabfb5da", "f9beb4d9", "0b110907", "fbc0b6db")


def flipped(raw, offset, bit=0):
    return raw[:offset] + bytes([raw[offset] ^ 1 << bit]) + raw[offset + 1:]


def without_work(raw):
    """The same block with a nonce that does not do."""
    header = raw[:76]
    nonce = next(n for n in range(1000)
                 if double_sha256(header + struct.pack("<I", n))[31] >= 0x80)
    return header + struct.pack("<I", nonce) + raw[80:]


class HostileFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="clew-test-")
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name)
        cls.world = World.make(cls.folder / "world", seed=6, blocks=BLOCKS)
        cls.chain = best_chain(read_block_files(cls.world.folder / "blocks"))
        cls.raws = [block.raw for block in cls.chain]
        cls.truth = Ledger(cls.folder / "truth")
        cls.truth.ingest(cls.write("good.dat", map(record, cls.raws)))
        cls.content = Content(cls.truth)

    @classmethod
    def write(cls, name, pieces):
        path = cls.folder / name
        path.write_bytes(b"".join(pieces))
        return path

    def offset_of(self, height):
        """Where its record starts in a file of all blocks by height."""
        return sum(8 + len(raw) for raw in self.raws[:height])

    def refused(self, path, *, blocks, offset=None, reason=".", gaps=()):
        """Ingests a bad file: what it says must name the place, and `blocks` must be left. Then
        mends it, and the ledger must be as if nothing had been."""
        ledger = Ledger(self.folder / f"ledger-{path.name}")
        done = ledger.run("--json", "ingest", "bitcoin", path, "--network", "regtest")
        self.assertEqual(done.returncode, DATA_ERROR, done.stdout + done.stderr)
        problems = json.loads(done.stdout)["problems"]
        about = [p for p in problems if p["file"] == str(path)]
        self.assertTrue(about, problems)
        for problem in about:
            self.assertIn(f"{path}: byte {problem['offset']}: {problem['reason']}", done.stderr)
        if offset is not None:
            # A block is named by its record or by its first byte behind the record's head.
            self.assertIn(about[0]["offset"], (offset, offset + 8), about)
        self.assertRegex(about[0]["reason"], reason)
        info = ledger.json("info")["bitcoin"]
        self.assertEqual((info["blocks"], info["gaps"]), (blocks, list(gaps)))
        self.assertTrue(ledger.json("verify")["ok"])
        before = Content(ledger)
        self.assertEqual(ledger.run("ingest", "bitcoin", path).returncode, DATA_ERROR)
        self.assertEqual(Content(ledger).differences(before), [], "the second time changed it")
        ledger.ingest(self.folder / "good.dat")
        self.assertEqual(Content(ledger).differences(self.content), [], "mended")
        return about

    def with_bad(self, name, raw, **how):
        """All blocks, of which one is `raw`. Its header is good, so the rest is known to build on
        it and is refused with it: what is before is kept."""
        pieces = [record(each) for each in self.raws]
        pieces[BAD] = record(raw)
        return self.refused(self.write(name, pieces), blocks=BAD,
                            offset=self.offset_of(BAD), **how)

    def with_hole(self, name, piece, **how):
        """All records, of which one is `piece`, whose header cannot be read: the rest states its
        own height, so it is kept too, and the ledger says what it lacks."""
        pieces = [record(each) for each in self.raws]
        pieces[BAD] = piece
        return self.refused(self.write(name, pieces), blocks=BLOCKS - 1,
                            gaps=HOLE, offset=self.offset_of(BAD), **how)

    def test_ingesting_twice_changes_nothing(self):
        for path in (self.folder / "good.dat", self.world.folder):
            report = self.truth.ingest(path)
            self.assertEqual((report["added"], report["already_there"], report["problems"]),
                             (0, BLOCKS, []))
            self.assertEqual(Content(self.truth).differences(self.content), [])

    def test_the_world_agrees_with_an_independent_decoder(self):
        info = self.content.info["bitcoin"]
        transactions = [tx for block in self.chain for tx in block.transactions]
        outputs = [value for tx in transactions for value, _ in tx.outputs]
        self.assertEqual((info["blocks"], info["transactions"], info["outputs"]),
                         (len(self.chain), len(transactions), len(outputs)))
        self.assertEqual(info["inputs"], sum(len(tx.inputs) for tx in transactions))
        self.assertEqual(info["output_value"], sum(outputs))
        self.assertEqual(info["tip"]["hash"], self.chain[-1].hash)

    def test_cut_off(self):
        whole = b"".join(map(record, self.raws))
        start, size = self.offset_of(BAD), 8 + len(self.raws[BAD])
        for kept in (1, 4, 7, 8, 9, 60, 88, 90, size - 1):
            with self.subTest(kept=kept):
                path = self.write(f"cut-{kept}.dat", [whole[:start + kept]])
                self.refused(path, blocks=BAD, offset=start,
                             reason="cut off|no block record")

    def test_damaged_transaction(self):
        raw = self.raws[BAD]
        self.with_bad("merkle.dat", flipped(raw, len(raw) - 1), reason="(?i)merkle|witness")

    def test_damaged_count(self):
        self.with_bad("count.dat", flipped(self.raws[BAD], 80, 6))

    def test_proof_of_work(self):
        self.with_hole("work.dat", record(without_work(self.raws[BAD])), reason="proof of work")

    def test_swapped_transactions(self):
        block = next(b for b in self.chain[BAD:] if 2 < len(b.transactions) < 0xfd)
        height = self.chain.index(block)
        coinbase, *others = [tx.raw for tx in block.transactions]
        middle = block.raw[:81] + b"".join([coinbase, *others[::-1]])
        self.assertEqual(len(middle), len(block.raw))
        pieces = [record(each) for each in self.raws]
        pieces[height] = record(middle)
        self.refused(self.write("swapped.dat", pieces), blocks=height,
                     offset=self.offset_of(height), reason="(?i)merkle")

    def test_sizes_that_lie(self):
        whole = record(self.raws[BAD])
        for size in HUGE:
            with self.subTest(size=size):
                self.with_hole(f"size-{size}.dat", whole[:4] + struct.pack("<I", size) + whole[8:],
                               reason="bytes")

    def test_huge_counts_in_a_small_block(self):
        """A few bytes that promise billions of inputs, outputs, bytes or witness items."""
        head = self.raws[BAD][:80]
        count = b"\xff" + struct.pack("<Q", 0xffffffffffff)
        one = b"\x01" + bytes(36) + b"\x00" + b"\xff" * 4
        bodies = {"transactions": count, "inputs": b"\x01\x01\0\0\0" + count,
                  "script": b"\x01\x01\0\0\0\x01" + bytes(36) + count,
                  "outputs": b"\x01\x01\0\0\0" + one + count,
                  "witness": b"\x01\x01\0\0\0\0\x01" + one + b"\x01" + bytes(9) + count}
        for what, body in bodies.items():
            with self.subTest(what=what):
                self.with_bad(f"count-{what}.dat", head + body + bytes(20))

    def test_random_bytes(self):
        rng = random.Random(7)
        good = b"".join(record(raw) for raw in self.raws[:BAD])
        for number in range(RANDOM_FILES):
            with self.subTest(number=number):
                noise = bytearray(rng.randbytes(rng.choice((100, 5000, 200_000))))
                noise[0] = noise[0] or 1  # zeros are room that a node keeps
                for _ in range(number):  # with magics in it, also of other networks
                    at = rng.randrange(len(noise) - 8)
                    noise[at:at + 4] = bytes.fromhex(rng.choice(MAGICS))
                path = self.write(f"noise-{number}.dat", [good, noise])
                self.refused(path, blocks=BAD, offset=len(good))
                alone = self.write(f"only-noise-{number}.dat", [noise])
                ledger = Ledger(self.folder / f"alone-{number}")
                done = ledger.run("ingest", "bitcoin", alone, "--network", "regtest")
                self.assertEqual(done.returncode, DATA_ERROR, done.stdout)
                self.assertRegex(done.stderr, re.escape(str(alone)) + ": byte \\d+: ")

    def test_good_blocks_behind_a_damaged_place_are_found_again(self):
        pieces = [record(raw) for raw in self.raws]
        pieces.insert(BAD, b"\xfa\xbf" + random.Random(9).randbytes(3000))
        problems = self.refused(self.write("hole.dat", pieces), blocks=BLOCKS,
                                offset=self.offset_of(BAD))
        self.assertIn("no block record", problems[0]["reason"])

    def test_text(self):
        lines = [block.verbose(height) for height, block in enumerate(self.chain)]
        ledger = Ledger(self.folder / "text")
        ledger.ingest(self.write("good.jsonl", lines), "--network", "regtest")
        self.assertEqual(Content(ledger).differences(self.content), [])
        start = len(b"".join(lines[:BAD]))
        cut = self.write("cut.jsonl", lines[:BAD] + [lines[BAD][:1000]])
        self.refused(cut, blocks=BAD, offset=start)
        lie = re.sub(rb'"value": (\d+)\.', rb'"value": 9\1.', lines[BAD], count=1)
        bad = {"noise": b"\x80\xff not JSON\n", "deep": b"[" * 100_000 + b"\n", "lie": lie,
               "fields": b'{"hash": "00"}\n', "object": b'{"tx": [{}], "hash": null}\n'}
        for name, line in bad.items():
            with self.subTest(name=name):
                path = self.write(f"{name}.jsonl", lines[:BAD] + [line] + lines[BAD + 1:])
                self.refused(path, blocks=BLOCKS - 1, gaps=HOLE, offset=start)

    def test_packed_text(self):
        text = b"".join(block.verbose(height) for height, block in enumerate(self.chain))
        packed = gzip.compress(text)
        ledger = Ledger(self.folder / "packed")
        ledger.ingest(self.write("good.jsonl.gz", [packed]), "--network", "regtest")
        self.assertEqual(Content(ledger).differences(self.content), [])
        for name, data in {"cut.jsonl.gz": packed[:len(packed) // 2],
                           "flipped.jsonl.gz": flipped(packed, len(packed) // 2, 3)}.items():
            with self.subTest(name=name):
                path = self.write(name, [data])
                ledger = Ledger(self.folder / f"ledger-{name}")
                done = ledger.run("ingest", "bitcoin", path, "--network", "regtest")
                self.assertEqual(done.returncode, DATA_ERROR)
                self.assertRegex(done.stderr, re.escape(str(path)) + ": byte \\d+: .*")
                kept = ledger.json("info")["bitcoin"]["blocks"]
                self.assertTrue(0 < kept < BLOCKS, f"{kept} blocks kept")
                self.assertTrue(ledger.json("verify")["ok"])

    def test_a_bomb_is_refused_within_bounds(self):
        """Gigabytes of one line, packed into a file of a megabyte."""
        path = self.folder / "bomb.jsonl.gz"
        with gzip.open(path, "wb", compresslevel=6) as file:
            file.write(b'{"hash": "')
            for _ in range(400):
                file.write(b"0" * (1 << 20))
        ledger = Ledger(self.folder / "bomb")
        process = ledger.start("ingest", "bitcoin", path, "--network", "regtest")
        _, complaint = process.communicate(timeout=120)
        self.assertEqual(process.returncode, DATA_ERROR)
        self.assertRegex(complaint, re.escape(str(path)) + ": byte \\d+: ")

    def test_small_hostile_files_take_little_memory(self):
        start = b"".join(record(raw) for raw in self.raws[:BAD])
        path = self.write("memory.dat", [start, record(self.raws[BAD])[:4],
                                         struct.pack("<I", 0x01ffffff), bytes(1000)])
        pid = os.posix_spawn(self.truth.command()[0], Ledger(self.folder / "memory").command(
            "ingest", "bitcoin", path), os.environ, file_actions=[
                (os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)])
        _, status, usage = os.wait4(pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), DATA_ERROR)
        self.assertLess(usage.ru_maxrss * 1024, MEMORY_MAX)

    def test_files_that_are_none(self):
        for name, data in {"empty.dat": b"", "zeros.dat": bytes(10_000), "note.txt": b"hello\n"
                           }.items():
            with self.subTest(name=name):
                ledger = Ledger(self.folder / f"none-{name}")
                path = self.write(name, [data])
                self.assertNotEqual(ledger.run("ingest", "bitcoin", path).returncode, OK)
                done = ledger.run("ingest", "bitcoin", path, "--network", "regtest")
                self.assertEqual(done.returncode, DATA_ERROR, done.stderr)
                self.assertIn("clew: ", done.stderr)


if __name__ == "__main__":
    main()
