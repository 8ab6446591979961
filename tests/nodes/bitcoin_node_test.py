#!/usr/bin/env python3
"""A real node's block files and answers through the program, and the simulator's blocks through a
real node."""
import itertools
import struct

from support.bitcoin_node import BitcoinNode, Traffic, satoshi
from support.blocks import HEADER_SIZE, best_chain, double_sha256, display, read_block_files
from support.folders import Content
from support.program import TempFolder, main
from support.worlds import World

P2PK_SIZES, OP_CHECKSIG = (35, 67), 0xac
REGTEST_TARGET = 0x7fffff << 8 * (0x20 - 3)
# A node checks no scripts of blocks that lie two weeks of work below an assumed valid one.
HEADERS_ABOVE = 2100


class NodesFiles(TempFolder):
    """Everything here is read while the node runs: its last file has a tail of reserved zeros."""

    def setUp(self):
        super().setUp()
        self.traffic = Traffic(self.folder / "node")
        self.addCleanup(self.traffic.node.stop)
        self.traffic.move_money()
        self.node = self.traffic.node

    def check_blocks(self, ledger):
        """Every block and transaction against the node's own decoding."""
        inputs = 0
        for height, block_hash in enumerate(self.traffic.chain()):
            theirs = self.node.call("getblock", block_hash, 3)
            ours = ledger.json("block", block_hash)
            self.assertEqual(
                (ours["height"], ours["size"], ours["weight"], ours["time"], ours["merkle_root"]),
                (height, theirs["size"], theirs["weight"], theirs["time"], theirs["merkleroot"]))
            self.assertEqual(ours["transactions"], [tx["txid"] for tx in theirs["tx"]])
            if height == 0 or len(theirs["tx"]) == 1:
                continue  # the first block's output has no address for the node either
            for tx in theirs["tx"]:
                self.check_transaction(ledger.json("tx", tx["txid"]), tx)
                inputs += len(tx["vin"])
        self.assertEqual(inputs, 10)

    def check_transaction(self, ours, theirs):
        self.assertEqual(ours["weight"], theirs["weight"])
        self.assertEqual(
            [(output["value"], output["script"], output["address"]) for output in ours["outputs"]],
            [(satoshi(output["value"]), output["scriptPubKey"]["hex"],
              output["scriptPubKey"].get("address")) for output in theirs["vout"]])
        if ours["coinbase"]:
            return
        self.assertEqual(ours["fee"], satoshi(theirs["fee"]))
        self.assertEqual(
            [(each["txid"], each["vout"], each["value"], each["address"])
             for each in ours["inputs"]],
            [(each["txid"], each["vout"], satoshi(each["prevout"]["value"]),
              each["prevout"]["scriptPubKey"]["address"]) for each in theirs["vin"]])

    def check_balances(self, ledger):
        for key in itertools.chain(*self.traffic.keys.values()):
            unspent = self.node.call("scantxoutset", "start", [f"addr({key.address})"])
            if not unspent["unspents"]:
                continue
            self.assertEqual(ledger.json("address", key.address)["balance"],
                             satoshi(unspent["total_amount"]), key.address)

    def test_are_read_as_the_node_reads_them(self):
        key = (self.node.data / "blocks" / "xor.dat").read_bytes()
        self.assertNotEqual(key, bytes(8), "this node does not obfuscate its files")
        ledger = self.ledger()
        ledger.ingest(self.node.data)
        info = ledger.json("info")["bitcoin"]
        chain = self.traffic.chain()
        self.assertEqual((info["network"], info["blocks"], info["gaps"], info["tip"]["hash"]),
                         ("regtest", len(chain), [], chain[-1]))
        self.check_blocks(ledger)
        self.check_balances(ledger)

    def test_tell_who_spends_together(self):
        ledger = self.ledger()
        ledger.ingest(self.node.data)
        steps = ledger.json("why", *self.traffic.joined)["steps"]
        self.assertEqual([step["txid"] for step in steps], [self.traffic.joint])

    def test_follow_the_node_to_another_branch(self):
        ledger = self.ledger()
        ledger.ingest(self.node.data)
        self.traffic.fork(5)
        second = ledger.ingest(self.node.data)
        chain = self.traffic.chain()
        self.assertEqual((second["added"], second["stale"]), (6, 5))
        self.assertEqual(ledger.json("info")["bitcoin"]["tip"]["hash"], chain[-1])
        afresh = self.ledger("afresh")
        afresh.ingest(self.node.data)
        self.assertEqual(Content(ledger).differences(Content(afresh)), [])
        self.check_balances(ledger)

    def test_hold_what_the_node_answers_in_json(self):
        from_files = self.ledger("files")
        from_files.ingest(self.node.data)
        content = Content(from_files)
        for verbosity in (2, 3):
            lines = self.folder / f"verbosity-{verbosity}.jsonl"
            lines.write_bytes(b"\n".join(self.node.raw("getblock", block, verbosity)
                                         for block in self.traffic.chain()))
            from_json = self.ledger(lines.stem)
            from_json.ingest(lines, "--network", "regtest")
            self.assertEqual(content.differences(Content(from_json)), [], lines.name)


def headers_above(tip, count):
    """Headers with proof of work that follow a block; no node has their transactions."""
    previous = bytes.fromhex(tip.hash)[::-1]
    for number in range(count):
        for nonce in itertools.count():
            header = struct.pack("<i32s32sIII", 0x20000000, previous, bytes(32),
                                 tip.time + 1 + number, 0x207fffff, nonce)
            digest = double_sha256(header)
            if int.from_bytes(digest, "little") <= REGTEST_TARGET:
                break
        previous = digest
        yield header


class SimulatedBlocks(TempFolder):
    """Signatures in a simulated world only look like signatures, so the node is told to assume
    them; all other rules of consensus it checks."""

    def start_node(self, assumed):
        node = BitcoinNode(self.folder / "node", f"-assumevalid={assumed}")
        self.addCleanup(node.stop)
        return node

    def test_are_valid_but_for_signatures(self):
        world = World.make(self.folder / "world", seed=3, blocks=400)
        blocks = list(read_block_files(world.folder / "blocks"))
        chain = best_chain(blocks)
        above = list(headers_above(chain[-1], HEADERS_ABOVE))
        node = self.start_node(display(double_sha256(above[-1])))
        for header in [block.raw[:HEADER_SIZE] for block in chain[1:]] + above:
            node.call("submitheader", header.hex())
        for height, block in enumerate(chain[1:], 1):
            self.assertIsNone(node.call("submitblock", block.raw.hex()), f"height {height}")
        self.assertEqual(node.call("getbestblockhash"), chain[-1].hash)
        ledger = world.ingested(self.folder / "ledger")
        tip = ledger.json("info")["bitcoin"]["tip"]
        self.assertEqual((tip["height"], tip["hash"]), (len(chain) - 1, chain[-1].hash))
        self.check_balances(world, ledger, node, chain)

    def check_balances(self, world, ledger, node, chain):
        to_keys = self.paid_to_keys(ledger, chain)
        used = set(ledger.entities()[0])
        # A bare multisig has an address of ours alone.
        addresses = sorted(address for address in {row["address"] for row in world.wallets()} & used
                           if node.call("validateaddress", address)["isvalid"])
        self.assertGreater(len(addresses), 1000)
        for address in addresses[::max(1, len(addresses) // 200)] + sorted(to_keys):
            scripts = [f"addr({address})"]
            if address in to_keys:
                scripts.append(f"raw({to_keys[address]})")
            found = node.call("scantxoutset", "start", scripts)
            self.assertEqual(ledger.json("address", address)["balance"],
                             satoshi(found["total_amount"]), address)

    def paid_to_keys(self, ledger, chain):
        """Scripts that pay to a public key as it is, by the address they count for."""
        places = {}
        for block in chain[1:]:
            for tx in block.transactions:
                for vout, (_, script) in enumerate(tx.outputs):
                    if len(script) in P2PK_SIZES and script[-1] == OP_CHECKSIG:
                        places.setdefault(script.hex(), (tx.txid, vout))
        self.assertTrue(places)
        return {ledger.json("tx", txid)["outputs"][vout]["address"]: script
                for script, (txid, vout) in places.items()}


if __name__ == "__main__":
    main()
