"""`clew anomalies` on ledgers that lack something: what is not known is said, and never made up."""
import json
import unittest

from support.program import DATA_ERROR, OK, TempFolder
from support.replay import EthereumWorld, ReplayNode

SUBJECT, OTHER, THIRD = ("0x" + digit * 40 for digit in "123")


class Lists(TempFolder):
    def setUp(self):
        super().setUp()
        self.clew = self.ledger()

    def ingest(self, times, chain="ethereum"):
        """Rows in blocks of their own, at these times; None: nobody knows."""
        rows = ["block,time,tx,from,to,value"]
        for i, time in enumerate(times):
            sides = (OTHER, SUBJECT) if i % 2 == 0 else (SUBJECT, THIRD)
            rows.append(f"{10 + i},{'' if time is None else time},0x{i + 1:064x},"
                        f"{sides[0]},{sides[1]},1000")
        path = self.folder / "list.csv"
        path.write_text("\n".join(rows) + "\n")
        self.clew.text("ingest", "transfers", path, "--chain", chain)

    def sanction(self, currency, address):
        path = self.folder / f"sanctioned-{currency}.json"
        path.write_text(json.dumps({currency: [address]}))
        self.clew.text("labels", "import", path)

    def test_clocks_that_go_back(self):
        self.ingest([1_700_001_000, 1_700_000_500, 1_700_002_000])
        said = self.clew.json("anomalies", SUBJECT)
        self.assertEqual(said["rows"], 3)
        self.assertIsNone(said["tests"]["hiding"]["not_run"])
        self.assertEqual(said["tests"]["hiding"]["anomalous"], 2)

    def test_times_that_nobody_knows(self):
        for times in ([None] * 3, [1_700_000_000, None, 1_700_002_000]):
            with self.subTest(times=times):
                self.clew = self.ledger(f"without-{times.count(None)}")
                self.ingest(times)
                said = self.clew.json("anomalies", SUBJECT, "--minimum-threshold", 1,
                                      "--maximum-threshold", 1)
                for name in ("transfers", "hiding"):
                    self.assertIsNone(said["tests"][name]["score"])
                    self.assertIn("not known when", said["tests"][name]["not_run"])
                self.assertIsNotNone(said["tests"]["value"]["score"])
                self.assertEqual(said["history"]["first_time"] is None, times[0] is None)
                self.assertNotIn("1970", self.clew.text("anomalies", SUBJECT))

    def test_labels_of_other_chains_are_no_list(self):
        self.ingest([1, 2, 3])
        self.sanction("TRX", "TF6MJcV4DJKFugaMAjNpnpzwKaJDQVuSRz")
        said = self.clew.json("anomalies", SUBJECT)["tests"]["relation"]
        self.assertIn("no list of sanctions", said["not_run"])
        self.sanction("ETH", OTHER)
        self.assertEqual(self.clew.json("anomalies", SUBJECT)["tests"]["relation"]["score"], 100)


class Gaps(TempFolder):
    def test_are_told(self):
        world = EthereumWorld.make(self.folder / "world")
        node = ReplayNode(world.folder)
        self.addCleanup(node.stop)
        clew = self.ledger()
        clew.text("ingest", "evm", node.url, "--from", 0, "--to", 30)
        address = clew.json("transfers", "--block", 30)["transfers"][0]["to"]
        clew.json("anomalies", address, code=OK)
        clew.text("ingest", "evm", node.url, "--from", 60, "--to", 70)
        said = clew.json("anomalies", address, code=DATA_ERROR)
        self.assertFalse(said["history"]["complete"])
        self.assertEqual(said["history"]["missing"], "blocks 31 to 59: missing")


if __name__ == "__main__":
    unittest.main(verbosity=2)
