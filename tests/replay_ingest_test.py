#!/usr/bin/env python3
"""A simulated Ethereum world, served by `clew replay` and read by `clew ingest evm`: the ledger
holds what truly moved, by every way to ask, all at once and block by block."""
import collections
import pathlib
import signal
import socket
import tempfile
import time
import unittest

from support.ledger_rows import rows_of
from support.program import DATA_ERROR, USAGE, Ledger, main
from support.replay import EthereumWorld, ReplayNode

BLOCKS = 260
WAIT_SECONDS = 300
NETWORK_ERROR = 4
ZERO_ADDRESS = "0x" + "0" * 40


def amounts(rows):
    return {(row["address"], row["asset"]): int(row["balance"]) for row in rows}


class ReplayedWorld(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="clew-test-")
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name)
        cls.world = EthereumWorld.make(cls.folder / "world", seed=4, blocks=BLOCKS,
                                       branches=[(100, 3), (150, 1)])
        cls.truth = collections.defaultdict(list)
        for row in cls.world.table("transfers"):
            cls.truth[int(row.pop("block"))].append(row)
        node = ReplayNode(cls.world.folder)
        cls.addClassCleanup(node.stop)
        cls.whole = Ledger(cls.folder / "whole")
        cls.report = cls.whole.json("ingest", "evm", node.url, "--traces", "debug",
                                    "--senders", "all")
        cls.url, cls.socket_url, cls.call = node.url, node.socket_url, node.call

    def node(self, *options):
        node = ReplayNode(self.world.folder, *options)
        self.addCleanup(node.stop)
        return node

    def ledger(self, name):
        return Ledger(self.folder / name)

    def moved(self, ledger, number):
        """The transfers of a block as rows of truth/transfers.csv."""
        transactions = ledger.json("block", number, "--chain", "ethereum")["transactions"]
        places = {tx: str(place) for place, tx in enumerate(transactions)}
        rows = []
        for one in ledger.json("transfers", "--block", number)["transfers"]:
            token = "" if one.get("token_id", "0") == "0" else "/" + one["token_id"]
            rows.append({"tx": places[one["tx"]] if one["tx"] else "", "kind": one["kind"],
                         "asset": one["asset"] + token, "from": one["from"] or "",
                         "to": one["to"] or "", "value": one["value"], "place": str(one["place"])})
        return rows

    def check_against_truth(self, ledger, numbers, without=()):
        def key(row):
            return sorted(row.items())

        for number in numbers:
            expected = [row for row in self.truth[number] if row["kind"] not in without]
            self.assertEqual(sorted(self.moved(ledger, number), key=key),
                             sorted(expected, key=key), f"block {number}")

    def test_the_ledger_holds_what_truly_moved(self):
        self.assertEqual((self.report["added"], self.report["problems"]), (BLOCKS, []))
        self.check_against_truth(self.whole, range(BLOCKS))
        self.assertEqual({row["kind"] for rows in self.truth.values() for row in rows},
                         {"native", "internal", "erc20", "erc721", "erc1155", "withdrawal", "fee"})
        facts, info = self.world.facts, self.whole.json("info")["ethereum"]
        self.assertEqual((info["blocks"], info["transactions"], info["logs"], info["gaps"]),
                         (facts["blocks"], facts["transactions"], facts["logs"], []))
        self.assertEqual(info["tip"]["hash"], facts["tip"]["hash"])
        self.assertEqual(self.whole.json("verify"), {"ok": True, "problems": []})
        self.assertEqual(self.whole.json("completeness")["ethereum"],
                         [{"from": 0, "to": BLOCKS - 1, "state": "complete", "missing": []}])

    def test_every_way_to_ask_tells_the_same(self):
        for how, url in (("debug", self.socket_url), ("trace", self.url)):
            ledger = self.ledger(how + "-again")
            ledger.json("ingest", "evm", url, "--traces", how, "--senders", "all")
            self.assertEqual(rows_of(ledger), rows_of(self.whole), how)

    def test_balances_follow_from_what_moved(self):
        opening, closing = (amounts(self.world.table(name)) for name in ("opening", "balances"))
        holders = sorted({holder for holder, _ in closing} - {ZERO_ADDRESS})
        movers = {row[side] for rows in self.truth.values() for row in rows
                  for side in ("from", "to")}
        self.assertGreater(len(holders), 50)
        for holder in holders[::len(holders) // 50]:
            held = {asset: amount for (who, asset), amount in opening.items() if who == holder}
            # Who has moved nothing since the first block is not in the ledger.
            seen = self.whole.json("address", holder)["assets"] if holder in movers else []
            for one in seen:
                token = "" if one.get("token_id") in (None, "0") else "/" + one["token_id"]
                name = one["asset"] + token
                held[name] = held.get(name, 0) + int(one["net"])
            self.assertEqual({asset: amount for asset, amount in held.items() if amount},
                             {asset: amount for (who, asset), amount in closing.items()
                              if who == holder}, holder)
        tip = hex(BLOCKS - 1)
        for holder in holders[::len(holders) // 20]:
            self.assertEqual(int(self.call("eth_getBalance", holder, tip), 16),
                             closing.get((holder, "ETH"), 0))

    def test_followed_at_a_pace_through_reorganisations(self):
        for scheme in ("http", "ws"):
            node = self.node("--blocks-per-second", 60, "--from-block", 20)
            url = node.url if scheme == "http" else node.socket_url
            ledger = self.ledger("followed-" + scheme)
            process = ledger.start("--json", "ingest", "evm", url, "--follow", "--poll", "0.05",
                                   "--senders", "all")
            try:
                self.wait_for_tip(ledger, self.world.facts["tip"]["hash"])
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate(timeout=120)
                self.assertEqual(process.returncode, 0, errors)
            finally:
                process.kill()
                process.wait()
                process.stdout.close()
                process.stderr.close()
            self.assertEqual(rows_of(ledger), rows_of(self.whole), scheme)

    def wait_for_tip(self, ledger, tip):
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            time.sleep(0.1)
            done = ledger.run("--json", "info")
            if done.returncode == 0 and tip in done.stdout:
                return
        self.fail(f"the ledger did not reach {tip} in {WAIT_SECONDS} s")

    def test_a_node_without_traces_makes_a_partial_ledger(self):
        node = self.node("--without", "debug_traceBlockByNumber", "--without", "trace_block")
        ledger = self.ledger("partial")
        self.assertEqual(ledger.json("ingest", "evm", node.url)["traces"], "none")
        self.check_against_truth(ledger, range(0, BLOCKS, 9), without=("internal",))
        self.assertEqual(ledger.json("completeness")["ethereum"][0]["missing"],
                         ["internal transfers"])
        # Nor does asking again, where there are traces, make it whole, and it says so.
        words = ("ingest", "evm", self.url, "--from", 0, "--traces", "debug")
        self.assertIn(f"\n  {BLOCKS} blocks that were there have no internal transfers",
                      ledger.text(*words))
        again = ledger.json(*words)
        self.assertEqual((again["added"], again["already_there"]), (0, BLOCKS))
        self.assertEqual(again["notes"]["blocks_left_partial"], BLOCKS)
        whole = self.whole.json(*words)
        self.assertEqual((whole["already_there"], whole["notes"]["blocks_left_partial"]),
                         (BLOCKS, 0))

    def test_a_transaction_shows_its_transfers_as_the_list_does(self):
        ledger = self.ledger("named")
        ledger.json("ingest", "evm", self.url, "--to", 20)
        block = next(b for b in map(lambda n: ledger.json("block", n), range(1, 21))
                     if b["transactions"])
        tx = block["transactions"][0]
        party = ledger.json("tx", tx)["from"]
        ledger.json("labels", "add", party, "somebody")
        listed = ledger.json("transfers", "--tx", tx)["transfers"]
        self.assertIn("somebody", [each["from_label"] for each in listed])
        self.assertEqual(ledger.json("tx", tx)["transfers"], listed)
        movements = ledger.json("address", party)["movements"]
        self.assertLessEqual(set(listed[0]) | {"direction"},
                             set(movements[0]) | {"symbol", "name", "decimals", "token_id"})
        for each in movements:
            self.assertIn("somebody", (each["from_label"], each["to_label"]))

    def test_an_empty_recording_is_no_node(self):
        empty = self.folder / "empty.jsonl"
        empty.touch()
        self.assertIn(f"no recorded answers in {empty}",
                      self.ledger("none").error("replay", empty, "--listen", "127.0.0.1:0",
                                                code=DATA_ERROR, timeout=WAIT_SECONDS))

    def test_a_range_above_the_head_is_not_there(self):
        ledger = self.ledger("above")
        said = f"block {BLOCKS + 100} was asked for, but the head is at {BLOCKS - 1}"
        report = ledger.json("ingest", "evm", self.url, "--from", BLOCKS + 100, code=DATA_ERROR)
        self.assertEqual((report["added"], report["problems"]), (0, [said]))
        self.assertIn(said, ledger.error("ingest", "evm", self.url, "--from", BLOCKS + 100))
        process = ledger.start("ingest", "evm", self.url, "--from", BLOCKS + 100, "--follow")
        line = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
        self.assertEqual(line, f"clew: waiting for block {BLOCKS + 100}: the head is at "
                               f"{BLOCKS - 1}\n")
        self.assertEqual(process.returncode, 0)

    def test_a_node_that_is_not_there_is_not_waited_for(self):
        with socket.socket() as taken:  # bound, but nobody listens
            taken.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{taken.getsockname()[1]}"
            said = self.ledger("none").error("evm", "trace", "0x" + "12" * 32, "--rpc", url,
                                             "--patience", WAIT_SECONDS, code=NETWORK_ERROR,
                                             timeout=WAIT_SECONDS / 2)
        self.assertIn("Connection refused", said)

    def test_wrong_options_are_refused(self):
        ledger = self.ledger("none")
        for options in (("--fault", "kindness=1"), ("--fault", "429=2"), ("--fault", "slow=x"),
                        ("--listen", "nowhere"), ("--listen", "127.0.0.1:99999"),
                        ("--blocks-per-second", "-1")):
            ledger.error("replay", self.world.folder, *options, code=USAGE)


if __name__ == "__main__":
    main()
