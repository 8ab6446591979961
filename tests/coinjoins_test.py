#!/usr/bin/env python3
"""`clew coinjoins`: which verdicts are listed, and what becomes of its file if something fails."""
import csv

from support.program import DATA_ERROR, USAGE, TempFolder, main, need_data
from support.worlds import OneWorld


class Listed(OneWorld):
    def test_of_the_ledger(self):
        usual = self.ledger.json("coinjoins")
        self.assertEqual(usual["min_confidence"], 50)
        confidences = sorted(each["confidence"] for each in usual["coinjoins"])
        self.assertGreater(len(set(confidences)), 1)
        every = self.ledger.json("coinjoins", "--min-confidence", 0)
        self.assertEqual(every["left_out"], 0)
        self.assertEqual(len(every["coinjoins"]), len(confidences) + usual["left_out"])
        high = self.ledger.json("coinjoins", "--min-confidence", confidences[-1])
        self.assertEqual({each["confidence"] for each in high["coinjoins"]}, {confidences[-1]})
        self.assertEqual(high["left_out"] + len(high["coinjoins"]), len(every["coinjoins"]))
        self.assertIn(f"{high['left_out']} more of confidence below {confidences[-1]}",
                      self.ledger.text("coinjoins", "--min-confidence", confidences[-1]))

    def test_a_confidence_is_of_a_hundred(self):
        for wrong in (-1, 101, "much"):
            self.assertIn("--min-confidence",
                          self.ledger.error("coinjoins", "--min-confidence", wrong, code=USAGE))


class Loose(TempFolder):
    def test_every_verdict_unless_said_otherwise(self):
        """One of the labelled Wasabi 2 rounds is a consolidation, of confidence 25."""
        path = need_data("bitcoin", "coinjoin", "wasabi2.jsonl.gz")
        usual = self.ledger().json("coinjoins", "--transactions", path)
        self.assertEqual((usual["min_confidence"], usual["counts"], usual["left_out"]),
                         (0, {"wasabi2": 17}, 0))
        out = self.folder / "rounds.csv"
        sure = self.ledger().json("coinjoins", "--transactions", path, "--min-confidence", 50,
                                  "--out", out)
        self.assertEqual((sure["counts"], sure["left_out"]), ({"wasabi2": 16}, 1))
        with open(out, newline="") as file:
            self.assertTrue(all(int(row["confidence"]) >= 50 for row in csv.DictReader(file)))

    def test_a_file_stays_as_it_is_if_the_judging_fails(self):
        out, bad = self.folder / "rounds.csv", self.folder / "bad.jsonl"
        out.write_text("mine\n")
        for text in ("nonsense\n", '{"txid": "%s", "vin": [], "vout": []}\n{' % ("ab" * 32)):
            bad.write_text(text)
            for name in (bad, self.folder / "absent.jsonl"):
                self.ledger().error("coinjoins", "--transactions", name, "--out", out,
                                    code=DATA_ERROR)
                self.assertEqual(out.read_text(), "mine\n")


if __name__ == "__main__":
    main()
