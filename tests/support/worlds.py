"""Simulated worlds with their ground truth, and the ledgers made of them."""
import csv
import json
import pathlib
import unittest

from support.program import Ledger, temporary_folder


class World:
    """A folder that `clew simulate bitcoin` wrote."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    @classmethod
    def make(cls, folder, *, seed, blocks=300, options=()):
        Ledger(folder).json("simulate", "bitcoin", "--out", folder, "--blocks", blocks,
                            "--seed", seed, *options)
        return cls(folder)

    @property
    def facts(self):
        return json.loads((self.folder / "world.json").read_text())

    def labels(self):
        return sorted((self.folder / "labels").iterdir())

    def trails(self):
        """The documents of truth/theft-N.json and truth/ransom-N.json."""
        return [json.loads(path.read_text())
                for path in sorted((self.folder / "truth").glob("*-*.json"))]

    def wallets(self):
        """Rows address, wallet, kind, role."""
        with open(self.folder / "truth" / "wallets.csv", newline="") as file:
            return list(csv.DictReader(file))

    def coinjoins(self):
        """{txid: protocol}"""
        with open(self.folder / "truth" / "coinjoins.csv", newline="") as file:
            return {row["txid"]: row["protocol"] for row in csv.DictReader(file)}

    def ingested(self, folder):
        """A new ledger in `folder` of this world's blocks and labels."""
        ledger = Ledger(folder)
        ledger.ingest(self.folder)
        ledger.json("labels", "import", *self.labels())
        return ledger


class OneWorld(unittest.TestCase):
    """A world of 300 blocks with its labels; tests that change labels make a ledger of their own.
    """

    @classmethod
    def setUpClass(cls):
        cls.folder = temporary_folder(cls.addClassCleanup)
        cls.world = World.make(cls.folder / "world", seed=1)
        cls.ledger = cls.world.ingested(cls.folder / "ledger")
        cls.entity_of, _ = cls.ledger.entities()
        cls.members = {}
        for address, entity in cls.entity_of.items():
            cls.members.setdefault(entity, []).append(address)
        cls.theft = next(t for t in cls.world.trails() if t["name"].startswith("theft"))
