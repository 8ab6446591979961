#!/usr/bin/env python3
"""The command line as docs/command-line.md has it: keys, exit codes, errors that help, and what
several processes may do at once."""
import csv
import fcntl
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

from support.program import DATA_ERROR, OK, PROGRAM, ROOT, USAGE, Ledger, TempFolder, main
from support.worlds import World

COMMANDS = ("simulate", "ingest", "info", "verify", "block", "tx", "address", "labels", "entity",
            "entities", "why", "coinjoins", "trace", "path")
UNKNOWN_TXID = "ab" * 32
STRANGER = "bcrt1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqdku202"  # the hash of zeros: nobody's


def documented_keys(command):
    """The words in backquotes behind the command's heading, brackets of other documents left out.
    """
    text = (ROOT / "docs" / "command-line.md").read_text()
    section = next(part for part in text.split("\n## ")[1:] if part.startswith(command))
    return set(re.findall(r"`(\w+)`", section))


class World300(unittest.TestCase):
    """Tests that only read one ledger."""

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="clew-test-")
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name)
        cls.world = World.make(cls.folder / "world", seed=1, blocks=300)
        cls.ledger = cls.world.ingested(cls.folder / "ledger")
        cls.table, cls.entities = cls.ledger.entities()
        cls.member, cls.entity = next(pair for pair in sorted(cls.table.items())
                                      if pair[0] != pair[1])
        cls.trail = next(t for t in cls.world.trails() if t["name"].startswith("theft"))
        cls.theft = cls.trail["origins"][0]["txid"]
        cls.service = cls.trail["services"][0]["address"]


class Documents(World300):
    def keys(self, command, document):
        """The top keys of a document are those that are documented."""
        known = documented_keys(command)
        self.assertEqual(set(document) - known, set(), f"{command}: undocumented keys")
        return document

    def test_info(self):
        document = self.ledger.json("info")
        self.assertEqual(set(document), {"bitcoin", "labels", "directory"})
        self.assertEqual(set(document["bitcoin"]), {
            "network", "blocks", "transactions", "inputs", "outputs", "addresses", "output_value",
            "first_height", "tip", "gaps", "outside_inputs", "snapshot"})
        facts = self.world.facts
        for key in ("blocks", "transactions", "inputs", "outputs", "output_value", "addresses"):
            self.assertEqual(document["bitcoin"][key], facts[key], key)
        self.assertEqual(document["bitcoin"]["tip"], facts["tip"])

    def test_block(self):
        by_height = self.keys("block", self.ledger.json("block", 42))
        self.assertEqual(by_height["height"], 42)
        self.assertEqual(self.ledger.json("block", by_height["hash"]), by_height)
        after = self.ledger.json("block", 43)
        self.assertEqual(after["previous"], by_height["hash"])
        self.assertEqual(len(by_height["transactions"]), by_height["transaction_count"])

    def test_tx(self):
        tx = self.keys("tx", self.ledger.json("tx", self.theft))
        paid = sum(output["value"] for output in tx["outputs"])
        self.assertEqual(sum(source["value"] for source in tx["inputs"]), paid + tx["fee"])
        for source in tx["inputs"]:
            origin = self.ledger.json("tx", source["txid"])["outputs"][source["vout"]]
            self.assertEqual((origin["spent_by"], origin["value"], origin["address"]),
                             (self.theft, source["value"], source["address"]))
        coinbase = self.ledger.json("tx", self.ledger.json("block", 9)["transactions"][0])
        self.assertTrue(coinbase["coinbase"])
        self.assertEqual(set(coinbase["inputs"][0]), {"coinbase", "sequence"})

    def test_address(self):
        document = self.keys("address", self.ledger.json("address", self.service))
        self.assertEqual(document["balance"], document["received"] - document["spent"])
        moves = self.ledger.json("address", self.service, "--limit", 10**6)["movements"]
        self.assertEqual(len(moves), document["movement_count"])
        for way, total in (("in", "received"), ("out", "spent")):
            self.assertEqual(sum(m["value"] for m in moves if m["direction"] == way),
                             document[total])
        page = self.ledger.json("address", self.service, "--limit", 2, "--offset", 1)
        self.assertEqual(page["movements"], moves[1:3])
        names = {label["actor"] for label in document["labels"]}
        self.assertIn(self.trail["services"][0]["actor"], names)
        self.assertTrue(document["entity"]["labels"])

    def test_entity_and_entities(self):
        one = self.keys("entity", self.ledger.json("entity", self.member, "--limit", 10**6))
        self.assertEqual(one["entity"], self.entity)
        self.assertIn(self.member, one["addresses"])
        self.assertEqual(len(one["addresses"]), one["address_count"])
        page = self.ledger.json("entity", self.entity, "--limit", 2)
        self.assertEqual(page, {**one, "addresses": one["addresses"][:2]})
        self.keys("entities", self.entities)
        table, _ = self.ledger.entities()
        self.assertEqual(len(table), self.entities["addresses"])
        self.assertEqual(len(set(table.values())), self.entities["entities"])
        self.assertEqual({a for a, e in table.items() if e == self.entity}, set(one["addresses"]))
        mixed, document = self.ledger.entities("--with-coinjoins")
        self.assertTrue(document["basis"]["with_coinjoins"])
        self.assertLess(len(set(mixed.values())), len(set(table.values())))
        joined, document = self.ledger.entities("--rules", "multi_input,optimal_change")
        self.assertEqual(document["basis"]["rules"], "multi_input,optimal_change")
        self.assertLess(len(set(joined.values())), len(set(table.values())))
        early, document = self.ledger.entities("--as-of", 100)
        self.assertLess(len(early), len(table))
        self.assertEqual(document["basis"]["as_of"], 100)

    def test_why(self):
        document = self.keys("why", self.ledger.json("why", self.member, self.entity))
        self.assertEqual(set(document["steps"][0]),
                         {"from", "to", "txid", "height", "time", "rule", "confidence"})

    def test_coinjoins(self):
        document = self.keys("coinjoins", self.ledger.json("coinjoins"))
        out = self.folder / "rounds.csv"
        self.ledger.text("coinjoins", "--out", out)
        with open(out, newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({row["txid"]: row["protocol"] for row in rows},
                         {each["txid"]: each["protocol"] for each in document["coinjoins"]})
        self.assertEqual({row["txid"]: row["protocol"] for row in rows}, self.world.coinjoins())

    def test_trace(self):
        document = self.keys("trace", self.ledger.json("trace", self.theft))
        outputs = self.ledger.json("trace", self.theft, "--outputs")["outputs"]
        self.assertTrue(outputs)
        self.assertEqual(document["started"], document["accounted"])
        for origin in (f"{self.theft}:0", self.service, f"entity:{self.service}"):
            found = self.ledger.json("trace", origin, "--max-hops", 3)
            self.assertEqual(found["started"], found["accounted"], origin)
        limits = {"--max-hops": (1, "hops"), "--min-value": ("1000", "value"),
                  "--until": (document["snapshot"]["height"] // 8, "time"),
                  "--max-edges": (3, "edges")}
        for option, (value, reason) in limits.items():
            found = self.ledger.json("trace", self.theft, option, value)
            self.assertEqual(found["started"], found["accounted"], option)
            self.assertTrue(any(reason in end for end in found["totals"]),
                            f"{option}: {found['totals']}")
        same = self.ledger.json("trace", self.theft, "--since", "2009-01-03")
        self.assertEqual(same["totals"], document["totals"])
        through = self.ledger.json("trace", self.theft, "--through-services", "--paths", 1)
        self.assertNotIn("service", through["totals"])

    def test_graphml(self):
        out = self.folder / "trace.graphml"
        self.ledger.text("trace", self.theft, "--graph", out)
        root = xml.etree.ElementTree.parse(out).getroot()
        tags = {element.tag.split("}")[1] for element in root.iter()}
        self.assertLessEqual({"graphml", "graph", "node", "edge"}, tags)
        shown = 0
        for node in (element for element in root.iter() if element.tag.endswith("}node")):
            data = {each.get("key"): each.text for each in node}
            if data["kind"] != "address":
                continue
            self.assertEqual(data["entity"], self.table[data["name"]], data["name"])
            shown += 1
        self.assertGreater(shown, 10)

    def test_path(self):
        start = self.trail["origins"][0]["address"]
        for count in (1, 3):
            document = self.keys("path", self.ledger.json("path", start, self.service, "--count",
                                                          count))
            self.assertTrue(0 < len(document["paths"]) <= count)
            for path in document["paths"]:
                self.assertEqual(path["hops"][-1]["address"], self.service)
                for one, two in zip(path["hops"], path["hops"][1:]):
                    sources = self.ledger.json("tx", two["txid"])["inputs"]
                    self.assertIn((one["txid"], one["vout"]),
                                  [(s["txid"], s["vout"]) for s in sources])
        none = self.ledger.json("path", self.service, start, "--max-hops", 1)
        self.assertEqual(none["paths"], [])
        self.assertTrue(none["search"])

    def test_text_for_people(self):
        for words in (("info",), ("block", 5), ("tx", self.theft), ("address", self.service),
                      ("entity", self.member), ("why", self.member, self.entity), ("coinjoins",),
                      ("trace", self.theft), ("path", self.member, self.entity),
                      ("labels", self.service), ("labels", "stats"), ("verify",)):
            text = self.ledger.text(*words)
            self.assertTrue(text.endswith("\n") and not text.startswith("{"), words)


class Errors(World300):
    def test_help_everywhere(self):
        every = self.ledger.text("--help")
        for command in COMMANDS:
            self.assertIn(command, every)
            self.assertIn("Usage:", self.ledger.text(command, "--help"))
        for option in ("--taint", "--max-hops", "--min-value", "--graph", "--max-edges"):
            self.assertIn(option, self.ledger.text("trace", "--help"))
        self.assertIn("fifo", self.ledger.text("trace", "--help"))
        self.assertRegex(self.ledger.text("--version"), r"clew \d+\.\d+")

    def test_usage(self):
        wrong = {("inof",): "info", ("trace", self.theft, "--tiant", "fifo"): "--taint",
                 (): "", ("tx",): "", ("labels",): "", ("block", 1, "--nonsense"): "",
                 ("labels", "improt", "x"): "import",
                 ("trace", self.theft, "--taint", "magic"): "fifo",
                 ("trace", self.theft, "--until", "yesterday"): "yesterday",
                 ("trace", self.theft, "--min-value", "much"): "much",
                 ("entities", "--out", "/dev/null", "--rules", "multi_inptu"): "multi_input",
                 ("address", "not-an-address"): "not-an-address",
                 ("ingest", "bitcoin", self.folder / "absent"): "absent",
                 ("ingest", "bitcoin", self.world.folder, "--network", "moon"): "moon",
                 ("ingest", "bitcoin", self.world.folder, "--network", "main"): "regtest",
                 ("simulate", "bitcoin", "--out", self.folder / "x", "--blocks", 3): "",
                 ("labels", "export", "--format", "xml"): "xml",
                 ("labels", "remove"): "", ("why", self.member): ""}
        for words, hint in wrong.items():
            with self.subTest(words=words):
                self.assertIn(hint, self.ledger.error(*words, code=USAGE))

    def test_not_found(self):
        absent = {("tx", UNKNOWN_TXID): UNKNOWN_TXID, ("block", UNKNOWN_TXID): UNKNOWN_TXID,
                  ("block", 300_000): "300", ("address", STRANGER): STRANGER,
                  ("entity", STRANGER): STRANGER, ("why", STRANGER, self.member): STRANGER,
                  ("trace", UNKNOWN_TXID): UNKNOWN_TXID, ("trace", f"{self.theft}:99"): "outputs",
                  ("path", STRANGER, self.member): STRANGER,
                  ("labels", "import", self.folder / "no.yaml"): "no.yaml",
                  ("coinjoins", "--transactions", self.folder / "no.jsonl"): "no.jsonl"}
        for words, name in absent.items():
            with self.subTest(words=words):
                done = self.ledger.run("--json", *words)
                self.assertEqual(done.returncode, DATA_ERROR, done.stderr)
                self.assertIn(name, done.stderr)
                self.assertEqual(done.stdout, "")
        self.assertEqual(self.ledger.json("labels", STRANGER)["labels"], [])

    def test_no_ledger(self):
        nowhere = Ledger(self.folder / "nowhere")
        for words in (("info",), ("tx", self.theft), ("trace", self.theft)):
            self.assertIn("clew ingest", nowhere.error(*words), words)
        self.assertFalse(nowhere.folder.exists(), "reading made a folder")

    def test_unwritable_outputs(self):
        for words in (("entities", "--out"), ("coinjoins", "--out"),
                      ("trace", self.theft, "--graph"),
                      ("labels", "export", "--format", "jsonl", "--out")):
            target = self.folder / "absent" / "out.csv"
            self.assertIn(str(target), self.ledger.error(*words, target), words)
        for words in (("entities", "--out", "/dev/full"), ("coinjoins", "--out", "/dev/full"),
                      ("trace", self.theft, "--graph", "/dev/full")):
            self.ledger.error(*words)


class Processes(World300):
    def test_the_environment_names_the_ledger(self):
        def run(**environment):
            kept = {key: value for key, value in os.environ.items()
                    if key not in ("CLEW_LEDGER", "XDG_DATA_HOME")}
            return subprocess.run([PROGRAM, "--json", "info"], env={**kept, **environment},
                                  capture_output=True, text=True)
        self.assertEqual(run(CLEW_LEDGER=str(self.ledger.folder)).stdout,
                         self.ledger.text("--json", "info"))
        data = self.folder / "data"
        data.mkdir()
        (data / "clew").symlink_to(self.ledger.folder)
        self.assertEqual(run(XDG_DATA_HOME=str(data)).returncode, OK)
        self.assertEqual(run(HOME=str(self.folder)).returncode, DATA_ERROR)

    def test_one_writer_and_any_number_of_readers(self):
        before = self.ledger.text("--json", "info")
        with open(self.ledger.folder / "bitcoin" / "LOCK", "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            complaint = self.ledger.error("ingest", "bitcoin", self.world.folder)
            self.assertRegex(complaint, "(?i)busy|another process|writ")
            self.assertEqual(self.ledger.text("--json", "info"), before)
            self.ledger.text("trace", self.theft)
            self.ledger.text("verify")
        self.ledger.text("ingest", "bitcoin", self.world.folder)

    def test_readers_while_a_writer_works(self):
        ledger = Ledger(self.folder / "growing")
        counts = []
        for height in range(20, 300, 40):
            writer = ledger.start("ingest", "bitcoin", self.world.folder, "--to-height", height)
            while writer.poll() is None or not counts:
                done = ledger.run("--json", "info")
                if done.returncode == OK:
                    counts.append(ledger.json("info")["bitcoin"]["blocks"])
            self.assertEqual(writer.wait(), OK, writer.communicate())
            counts.append(ledger.json("info")["bitcoin"]["blocks"])
            self.assertEqual(counts[-1], height + 1)
        self.assertEqual(counts, sorted(counts))

    def test_a_closed_pipe_is_no_crash(self):
        for words in (("trace", self.theft), ("labels", "export", "--format", "jsonl"),
                      ("entity", self.member)):
            read, write = os.pipe()
            os.close(read)
            done = subprocess.run(self.ledger.command(*words), stdout=write,
                                  stderr=subprocess.PIPE)
            os.close(write)
            self.assertIn(done.returncode, (OK, DATA_ERROR, -13), (words, done.stderr))

    def test_an_answer_that_cannot_be_written_is_no_success(self):
        with open("/dev/full", "w") as full:
            for words in (("info",), ("--json", "trace", self.theft), ("verify",)):
                done = subprocess.run(self.ledger.command(*words), stdout=full,
                                      stderr=subprocess.PIPE)
                self.assertEqual(done.returncode, DATA_ERROR, words)

    def test_progress_is_for_terminals(self):
        ledger = Ledger(self.folder / "quiet")
        done = ledger.run("ingest", "bitcoin", self.world.folder)
        self.assertEqual(done.stderr, "")
        self.assertNotIn("\r", done.stdout)


class PrivateLabels(TempFolder):
    ADDRESS = "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"

    def test_add_show_export_remove(self):
        ledger = self.ledger()
        self.assertEqual(ledger.json("labels", "add", self.ADDRESS, "my shop", "--category",
                                     "exchange", "--source", "receipt"), {"added": True})
        self.assertEqual(ledger.json("labels", "add", self.ADDRESS, "my shop", "--category",
                                     "exchange", "--source", "receipt"), {"added": False})
        document = ledger.json("labels", self.ADDRESS)
        self.assertEqual(set(document), {"subject", "labels"})
        label, = document["labels"]
        self.assertEqual((label["label"], label["private"], label["sources"], label["service"]),
                         ("my shop", True, ["receipt"], "exchange"))
        self.assertLessEqual(set(label), documented_keys("address"))
        stats = ledger.json("labels", "stats")
        self.assertEqual((stats["labels"], stats["subjects"]), (1, 1))
        self.assertLessEqual(set(stats), documented_keys("labels"))
        for suffix in ("tagpack", "csv", "jsonl"):
            out = self.folder / f"mine.{suffix}"
            written = ledger.json("labels", "export", "--private", "--format", suffix, "--out", out)
            self.assertEqual((written["labels"], written["files"]), (1, [str(out)]))
            self.assertIn(self.ADDRESS, out.read_text())
        self.assertEqual(ledger.json("labels", "remove", self.ADDRESS), {"removed": 1})
        self.assertEqual(ledger.json("labels", self.ADDRESS)["labels"], [])
        self.assertEqual(ledger.json("labels", "remove", self.ADDRESS), {"removed": 0})

    def test_csv_with_a_map(self):
        table = self.folder / "table.csv"
        table.write_text('Wallet,Who,Kind,Seen\n'
                         f'{self.ADDRESS},"Smith, ""Joe""",exchange,2024-02-03\n'
                         '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy,Other,mixing_service,2024-02-04\n')
        ledger = self.ledger()
        report, = ledger.json("labels", "import", table, "--map",
                              "address=Wallet,label=Who,category=Kind,lastmod=Seen")["imported"]
        self.assertEqual((report["read"], report["added"], report["skipped"]), (2, 2, 0))
        self.assertLessEqual(set(report), documented_keys("labels"))
        label, = ledger.json("labels", self.ADDRESS)["labels"]
        self.assertEqual((label["label"], label["categories"], label["lastmod"], label["private"]),
                         ('Smith, "Joe"', ["exchange"], "2024-02-03", False))
        self.assertIn("Nowhere", ledger.error("labels", "import", table, "--map",
                                              "address=Nowhere,label=Who", code=USAGE))
        ledger.json("labels", "remove", "--pack", label["pack"])
        self.assertEqual(ledger.json("labels", "stats")["labels"], 0)


if __name__ == "__main__":
    main()
