#!/usr/bin/env python3
"""Real blocks, labels and CoinJoins through the program, against the facts that are stated beside
the files (SOURCES.md) and an independent decoder. Files are read where they lie."""
import collections
import csv
import gzip
import json
import re

from support.blocks import Block, Reader, merkle_root
from support.folders import Content
from support.program import OK, Ledger, TempFolder, main, need_data, parallel

HALVING = 210_000
BLOCK_FACTS = {  # as SOURCES.md words them
    "hash": r"hash ([0-9a-f]{64})", "height": r"height (\d+)", "transactions": r"(\d+) txs",
    "inputs": r"(\d+) inputs", "outputs": r"(\d+) outputs", "output_value": r"output sum (\d+) sat",
    "coinbase": r"coinbase out (\d+) sat", "time": r"time (\d+)", "size": r"size (\d+)",
    "weight": r"weight (\d+)", "fees": r"fees (\d+) sat",
}


def stated(name, wording):
    """The facts that SOURCES.md states of a file: numbers, but for hashes."""
    for line in need_data("SOURCES.md").read_text().split("\n"):
        if line.startswith(f"| {name} |"):
            found = {key: re.search(pattern, line) for key, pattern in wording.items()}
            return {key: match[1] if len(match[1]) == 64 else int(match[1])
                    for key, match in found.items() if match}
    raise AssertionError(f"SOURCES.md does not speak of {name}")


def spent_values(path):
    """Of an .undo file: value, script; input by input."""
    reader = Reader(path.read_bytes())
    while reader.at < len(reader.data):
        yield reader.number(8)
        reader.text()


def json_lines(path):
    with gzip.open(path, "rt") as file:
        return [json.loads(line) for line in file]


class RawBlocks(TempFolder):
    def found(self, path, network):
        """What the program says of the one block in a file."""
        ledger = self.ledger(path.name)
        options = ("--from-height", 1) if path.name == "mainnet_1.raw" else ()
        ledger.ingest(path, "--network", network, *options)
        info = ledger.json("info")["bitcoin"]
        block = ledger.json("block", info["tip"]["hash"])
        coinbase = ledger.json("tx", block["transactions"][0])
        return ledger, info, block, coinbase

    def check(self, path):
        network = "main" if path.name.startswith("mainnet") else "test"
        _, info, block, coinbase = self.found(path, network)
        facts = stated(f"bitcoin/blocks/{path.name}", BLOCK_FACTS)
        paid = sum(output["value"] for output in coinbase["outputs"])
        says = {"hash": block["hash"], "height": block["height"], "time": block["time"],
                "transactions": info["transactions"], "inputs": info["inputs"],
                "outputs": info["outputs"], "output_value": info["output_value"],
                "size": block["size"], "weight": block["weight"], "coinbase": paid}
        undo = path.with_suffix(".undo")
        if undo.exists():
            # The ledger cannot know what these inputs are worth; who has the values can add up.
            fees = sum(spent_values(undo)) - (info["output_value"] - paid)
            self.assertEqual(paid, (5_000_000_000 >> block["height"] // HALVING) + fees, path.name)
            says["fees"] = fees
        elif "fees" in facts:
            says["fees"] = paid - (5_000_000_000 >> block["height"] // HALVING)
        self.assertEqual({key: says[key] for key in facts}, facts, path.name)
        self.assertGreaterEqual(len(facts), 9, path.name)
        self.assertEqual(info["outside_inputs"], info["inputs"] - 1 - self.within(path), path.name)
        independent = Block(path.read_bytes())
        self.assertEqual(block["transactions"], [tx.txid for tx in independent.transactions])
        self.assertEqual(block["merkle_root"], merkle_root(block["transactions"]), path.name)
        self.assertEqual(block["weight"], independent.weight, path.name)
        return path.name

    def within(self, path):
        """Inputs that spend outputs of the same block."""
        transactions = Block(path.read_bytes()).transactions
        here = {tx.txid for tx in transactions}
        return sum(source[0] in here for tx in transactions for source in tx.inputs)

    def test_every_block_is_as_stated(self):
        paths = sorted(need_data("bitcoin", "blocks").glob("*.raw"))
        self.assertEqual(len(paths), 10)
        print("\n  ", ", ".join(parallel(self.check, paths)))

    def test_what_is_outside_is_unknown_and_not_zero(self):
        path = need_data("bitcoin", "blocks", "mainnet_300025.raw")
        ledger, _, block, _ = self.found(path, "main")
        here = set(block["transactions"])
        for txid in block["transactions"][1:40]:
            tx = ledger.json("tx", txid)
            outside = [s for s in tx["inputs"] if s["txid"] not in here]
            self.assertTrue(all(s["outside"] and s["value"] is None for s in outside), txid)
            self.assertEqual(tx["fee"] is None, bool(outside), txid)

    def test_all_mainnet_blocks_in_one_ledger_with_gaps(self):
        ledger = self.ledger()
        folder = need_data("bitcoin", "blocks")
        ledger.ingest(*sorted(folder.glob("mainnet_*.raw")), "--network", "main",
                      "--from-height", 1)
        heights = [1, 300025, 413567, 426884, 540107, 702861]
        info = ledger.json("info")["bitcoin"]
        self.assertEqual(info["blocks"], len(heights))
        self.assertEqual(info["gaps"], [{"from": low + 1, "to": high - 1}
                                        for low, high in zip(heights, heights[1:])])
        self.assertEqual(ledger.error("ingest", "bitcoin", folder / "testnet3_924634.raw",
                                      "--network", "test", code=2).count("network"), 1)
        # Point 4: one Wasabi round and seven Whirlpool mixes, all in the last block.
        rounds = ledger.json("coinjoins")
        places = {(each["protocol"], ledger.json("tx", each["txid"])["block"]["height"])
                  for each in rounds["coinjoins"]}
        self.assertEqual(rounds["counts"], {"wasabi1": 1, "whirlpool": 7})
        self.assertEqual(places, {("wasabi1", 702861), ("whirlpool", 702861)})
        self.assertIn("5c2f55fc17854a18f447d74e32356c9ff6faf43bf937ed13611857b2bb3fef3a",
                      [each["txid"] for each in rounds["coinjoins"]])


class BlockFiles(TempFolder):
    def files(self, *names):
        return [need_data("bitcoin", "blkfiles", *name.split("/")) for name in names]

    def test_six_hundred_blocks_plain_and_obfuscated(self):
        first, second, hidden = self.files("nbitcoin_blk00000.dat", "nbitcoin_blk00001.dat",
                                           "xor/blk00000.dat")
        ways = {"plain": (first, second), "swapped": (second, first), "xor": (hidden, second)}
        contents = {}
        for name, paths in ways.items():
            ledger = self.ledger(name)
            self.assertEqual(ledger.ingest(*paths)["added"], 600)
            probes = [("block", height) for height in range(0, 600, 37)]
            contents[name] = Content(ledger, probes)
            self.assertEqual(contents[name].differences(contents["plain"]), [], name)
        late = self.ledger("late")  # the second half first: its history arrives later
        late.ingest(second, "--from-height", 300)
        self.assertEqual(late.json("info")["bitcoin"]["first_height"], 300)
        late.ingest(first)
        self.assertEqual(Content(late, probes).differences(contents["plain"]), [])
        info = contents["plain"].info["bitcoin"]
        parts = [stated(f"bitcoin/blkfiles/{path.name}", BLOCK_FACTS) for path in (first, second)]
        self.assertEqual(info["transactions"], sum(part["transactions"] for part in parts))
        self.assertEqual(info["output_value"], sum(part["output_value"] for part in parts))
        self.assertEqual((info["network"], info["gaps"], info["tip"]["height"]), ("main", [], 599))
        last = stated(f"bitcoin/blkfiles/{second.name}", {"hash": r"last ([0-9a-f]{64})"})
        self.assertEqual(info["tip"]["hash"], last["hash"])

    def test_reorganisation_settles_on_most_work(self):
        main_branch, *side = self.files("reorg/blk_0_to_4.dat", "reorg/blk_3A.dat",
                                        "reorg/blk_4A.dat", "reorg/blk_5A.dat")
        hashes = [stated(f"bitcoin/blkfiles/reorg/{path.name}", BLOCK_FACTS | {
            "hash": r"last ([0-9a-f]{64})"})["hash"] for path in side]
        contents = []
        orders = {"at once": [(main_branch, *side)], "turned": [(*side[::-1], main_branch)],
                  "one by one": [(main_branch,), tuple(side)]}
        for name, steps in orders.items():
            ledger = self.ledger(name)
            reports = [ledger.ingest(*paths) for paths in steps]
            self.assertEqual(reports[-1]["unwound"], 2 if len(steps) > 1 else 0)
            contents.append(Content(ledger, [("block", height) for height in range(6)]))
            self.assertEqual([answer["hash"] for answer in contents[-1].answers[3:]], hashes)
            self.assertEqual(contents[-1].differences(contents[0]), [], name)

    def test_verbose_json_of_emulated_runs(self):
        folder = need_data("bitcoin", "coinjoin_emulated")
        wording = {"blocks": r"(\d+) blocks", "from": r"heights (\d+) to", "to": r"to (\d+)\)",
                   "transactions": r"(\d+) txs", "rounds": r"(\d+) with 3 or more inputs"}
        for path in sorted(folder.glob("*_blocks.jsonl.gz")):
            facts = stated(f"bitcoin/coinjoin_emulated/{path.name}", wording)
            ledger = self.ledger(path.name)
            ledger.ingest(path, "--network", "regtest")
            info = ledger.json("info")["bitcoin"]
            self.assertEqual((info["blocks"], info["transactions"], info["first_height"],
                              info["tip"]["height"]), (facts["blocks"], facts["transactions"],
                                                       facts["from"], facts["to"]), path.name)
            protocol = "joinmarket" if "Joinmarket" in path.name else "wasabi2"
            self.assertEqual(ledger.json("coinjoins")["counts"], {protocol: facts["rounds"]})
            self.assertEqual(info["outside_inputs"] > 0, facts["from"] > 0, path.name)
            truth = gzip.decompress((folder / path.name.replace("blocks.jsonl", "truth.json")
                                     ).read_bytes())
            self.check_wallets(ledger, json.loads(truth), path.name)

    def check_wallets(self, ledger, truth, name):
        """Point 3: no entity holds addresses of two wallets."""
        owners = {}
        for wallet, holds in truth["wallets"].items():
            for key in holds["addresses"]:
                owners[key if isinstance(key, str) else key["address"]] = wallet
        entities, _ = ledger.entities()
        in_entity = collections.defaultdict(set)
        for address, entity in entities.items():
            if address in owners:
                in_entity[entity].add(owners[address])
        self.assertGreater(len(in_entity), 10, name)
        self.assertEqual([each for each in in_entity.values() if len(each) > 1], [], name)


class Labels(TempFolder):
    def test_in_and_out_without_loss(self):
        packs, sanctions = (need_data("labels", name) for name in
                            ("graphsense_tagpacks.tar.gz", "ofac_sanctioned_addresses.json"))
        ledger = self.ledger()
        imported = ledger.json("labels", "import", packs, sanctions)["imported"]
        self.assertEqual([(each["read"], each["added"], each["skipped"]) for each in imported],
                         [(215_708, 215_708, 0), (654, 654, 0)])
        self.assertEqual((imported[0]["packs_added"], imported[1]["packs_added"]), (69, 1))
        once = ledger.json("labels", "stats")
        listed = json.loads(sanctions.read_text())
        addresses = listed["XBT"]
        for address in addresses[:5]:
            found = ledger.json("labels", address)["labels"]
            self.assertTrue(any("OFAC" in each["pack"] for each in found), address)
        again = ledger.json("labels", "import", packs, sanctions)["imported"]
        self.assertEqual([(each["added"], each["removed"]) for each in again], [(0, 0), (0, 0)])
        self.assertEqual(ledger.json("labels", "stats"), once)
        lines = sorted(ledger.text("labels", "export", "--format", "jsonl").splitlines())
        self.check_jsonl(ledger, once)
        self.check_tagpacks(ledger, lines)

    def check_jsonl(self, ledger, stats):
        """The archive gives back all there is, packs of every format included."""
        out = self.folder / "all.jsonl"
        ledger.text("labels", "export", "--format", "jsonl", "--out", out)
        copy = self.ledger("from-jsonl")
        copy.text("labels", "import", out)
        self.assertEqual(copy.json("labels", "stats"), stats)

    def check_tagpacks(self, ledger, lines):
        """As TagPacks too, but the sanctions list has become one itself."""
        out = self.folder / "packs"
        written = ledger.json("labels", "export", "--out", f"{out}/")
        self.assertEqual(written["labels"], 216_362)
        copy = self.ledger("from-packs")
        copy.text("labels", "import", *sorted(out.iterdir()))
        back = sorted(copy.text("labels", "export", "--format", "jsonl").splitlines())
        self.assertEqual(len(back), len(lines))
        odd = [json.loads(line) for line in set(lines) ^ set(back)]
        self.assertEqual({each["record"] for each in odd} - {"pack"}, set(), odd[:2])
        self.assertEqual({each["title"] for each in odd},
                         {"OFAC sanctioned digital currency addresses"})


class CoinJoins(TempFolder):
    # Recall that is asked of the mixes, and the share of other protocols in all files.
    RECALL = {"whirlpool_mix": ("whirlpool", 840), "wasabi1": ("wasabi1", 196),
              "wasabi2": ("wasabi2", 17)}
    # What SOURCES.md calls label noise, measured in docs/coinjoins.md: mixes that the collection's
    # own rule missed, and spends of Wasabi rounds that are JoinMarket's by every mark.
    NOISE = {"whirlpool_tx0": {"whirlpool"}, "whirlpool_postmix": {"whirlpool"},
             "wasabi1_postmix": {"joinmarket"}, "joinmarket_like": {"joinmarket"},
             "joinmarket_like_postmix": {"joinmarket"}}

    def verdicts(self, path):
        out = self.folder / f"{path.name}.csv"
        document = Ledger(self.folder / "none").json("coinjoins", "--transactions", path, "--out",
                                                     out)
        with open(out, newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(rows and list(rows[0]), rows and ["txid", "protocol", "confidence"])
        return document, rows

    def test_confusion_table(self):
        paths = sorted(need_data("bitcoin", "coinjoin").glob("*.jsonl.gz"))
        for path, (document, rows) in zip(paths, parallel(self.verdicts, paths)):
            name = path.name.removesuffix(".jsonl.gz")
            txids = [tx["txid"] for tx in json_lines(path)]
            counts = collections.Counter(row["protocol"] for row in rows)
            sure = collections.Counter(row["protocol"] for row in rows
                                       if int(row["confidence"]) >= 50)
            print(f"\n  {name}: {len(txids)} transactions, {dict(counts)}", end="")
            self.assertEqual((document["judged"], document["counts"]), (len(txids), dict(counts)))
            self.assertLessEqual({row["txid"] for row in rows}, set(txids), name)
            expected = self.NOISE.get(name, set())
            if name in self.RECALL:
                protocol, count = self.RECALL[name]
                self.assertEqual((len(txids), counts[protocol]), (count, count), name)
                expected = {protocol}
            others = sum(count for protocol, count in sure.items() if protocol not in expected)
            self.assertLessEqual(others, len(txids) * 0.01, f"{name}: {sure}")

    def test_no_ledger_is_needed(self):
        path = need_data("bitcoin", "coinjoin", "wasabi2.jsonl.gz")
        done = Ledger(self.folder / "absent").run("coinjoins", "--transactions", path)
        self.assertEqual(done.returncode, OK, done.stderr)
        self.assertFalse((self.folder / "absent").exists())


if __name__ == "__main__":
    main()
