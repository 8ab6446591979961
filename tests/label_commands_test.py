#!/usr/bin/env python3
"""Promises of `clew labels` about what is typed and what tables say: what is refused, and how it is
told."""
import json

from support.program import USAGE, TempFolder, main


class AddedLabels(TempFolder):
    """`clew labels add` takes what can be an address, and of which ledger it is."""
    BITCOIN = "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"
    ETHEREUM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # of EIP-55

    def currencies(self, ledger):
        return ledger.json("labels", "stats")["currencies"]

    def test_the_currency_follows_the_form(self):
        ledger = self.ledger()
        ledger.json("labels", "add", self.BITCOIN, "a")
        ledger.json("labels", "add", self.ETHEREUM, "b")
        ledger.json("labels", "add", "0x" + "12" * 32, "c")
        ledger.json("labels", "add", "12" * 32, "d")
        self.assertEqual(self.currencies(ledger), {"BTC": 2, "ETH": 2})
        ledger.json("labels", "add", self.ETHEREUM, "e", "--currency", "BSC")
        ledger.json("labels", "add", "44AFFq5kSiGBoZ4NMDwYtN18obc8Ae", "f", "--currency", "XMR")
        self.assertEqual(self.currencies(ledger), {"BTC": 2, "ETH": 2, "BSC": 1, "XMR": 1})
        label, = ledger.json("labels", "44AFFq5kSiGBoZ4NMDwYtN18obc8Ae")["labels"]
        for key in ("categories", "concepts", "abuses"):
            self.assertEqual(label[key], [])
        self.assertIsNone(label["actor"])

    def test_what_is_no_address_is_refused(self):
        ledger = self.ledger()
        for words in (("notanaddress",), ("0x12",), ("0x" + "ZZ" * 20,), (self.BITCOIN[:-1],),
                      ("",), (self.ETHEREUM, "--currency", "BTC"),
                      (self.BITCOIN, "--currency", "ETH"), (self.BITCOIN, "--currency", "LTC")):
            with self.subTest(words=words):
                subject, *options = words
                ledger.error("labels", "add", subject, "x", *options, code=USAGE)
        self.assertFalse(ledger.folder.exists())

    def test_a_wrong_checksum_is_told(self):
        ledger = self.ledger()
        wrong = self.ETHEREUM.replace("aAeb", "aaeb")
        for words in (("labels", "add", wrong, "x"), ("labels", wrong), ("labels", "remove", wrong),
                      ("ingest", "evm", "http://127.0.0.1:1", "--wrapped", wrong)):
            with self.subTest(words=words):
                self.assertIn("checksum", ledger.error(*words, code=USAGE))
        for text in (self.ETHEREUM, self.ETHEREUM.lower(), "0x" + self.ETHEREUM[2:].upper()):
            ledger.json("labels", "add", text, "x " + text)
            self.assertTrue(ledger.json("labels", self.ETHEREUM)["labels"])


    def test_dates_and_confidences_are_those_that_there_are(self):
        ledger = self.ledger()
        for option, words in (("--date", ("yesterday", "2024-02-31", "2024-1-2", "31.05.2024")),
                              ("--confidence", ("strange", "Ownership", "100"))):
            for word in words:
                complaint = ledger.error("labels", "add", self.BITCOIN, "x", option, word,
                                         code=USAGE)
                self.assertIn(option, complaint)
                self.assertIn(f"'{word}'", complaint)
        self.assertFalse(ledger.folder.exists())
        ledger.json("labels", "add", self.BITCOIN, "x", "--date", "2024-02-29", "--confidence",
                    "web_crawl")

    def test_a_mistyped_question_is_told(self):
        ledger = self.ledger()
        ledger.json("labels", "add", self.BITCOIN, "a")
        ledger.json("labels", "add", "44AFFq5kSiGBoZ4NMDwYtN18obc8Ae", "b", "--currency", "XMR")
        for text in (self.BITCOIN[:-1], self.BITCOIN[:-1] + "S", "notanaddress", "12" * 31, "0x12",
                     "TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLrf", "44AFFq5kSiGBoZ4NMDwYtN18obc8Af"):
            self.assertIn(f"'{text}' has no labels, and is neither",
                          ledger.error("labels", text, code=USAGE))
        for text in (self.ETHEREUM, "12" * 32, "TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre",
                     "LNf2JDiuunBz7GMDKFYHN4rq5meXWxiwfb", "bitcoin:" + self.BITCOIN):
            ledger.json("labels", text)
        self.assertEqual(len(ledger.json("labels", "44AFFq5kSiGBoZ4NMDwYtN18obc8Ae")["labels"]), 1)


class ColumnMaps(TempFolder):
    TABLE = "Addr;Who\n1BoatSLRHtKNngkdXEeobR76b53LETtpyT;Boat\n"
    MAP = "address=Addr,label=Who,currency='BTC'"

    def test_a_map_is_for_the_tables_among_the_files(self):
        pack = self.folder / "pack.yaml"
        pack.write_text("title: T\ncreator: C\ntags:\n- address: 1BoatSLRHtKNngkdXEeobR76b53LETtpyT"
                        "\n  label: L\n  currency: BTC\n")
        lists = self.folder / "list.json"
        lists.write_text(json.dumps({"XBT": ["1BoatSLRHtKNngkdXEeobR76b53LETtpyT"]}))
        sdn = self.folder / "sdn.xml"
        sdn.write_text(
            "<sdnList><publshInformation><Publish_Date>01/02/2024</Publish_Date>"
            "</publshInformation><sdnEntry><uid>1</uid><lastName>DOE</lastName><idList><id>"
            "<idType>Digital Currency Address - XBT</idType>"
            "<idNumber>1BoatSLRHtKNngkdXEeobR76b53LETtpyT</idNumber>"
            "</id></idList></sdnEntry></sdnList>")
        table = self.folder / "my.csv"
        table.write_text(self.TABLE)
        ledger = self.ledger()
        document = ledger.json("labels", "import", pack, lists, sdn, table, "--map", self.MAP)
        self.assertEqual([each["added"] for each in document["imported"]], [1, 1, 1, 1])
        names = {label["label"] for label
                 in ledger.json("labels", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT")["labels"]}
        self.assertEqual(names, {"L", "OFAC sanctioned address", "DOE", "Boat"})
        lines = self.folder / "all.jsonl"
        ledger.json("labels", "export", "--format", "jsonl", "--out", lines)
        again = self.ledger("again").json("labels", "import", lines, "--map", self.MAP)
        self.assertEqual(again["imported"][0]["added"], 4)


class Exports(TempFolder):
    def test_an_export_to_standard_output_is_the_export_alone(self):
        ledger = self.ledger()
        ledger.json("labels", "add", AddedLabels.BITCOIN, "a")
        out = self.folder / "out.csv"
        words = ("labels", "export", "--format", "csv")
        self.assertEqual(ledger.json(*words, "--out", out)["labels"], 1)
        self.assertEqual(ledger.text(*words), out.read_text())
        self.assertEqual(ledger.text("--json", *words), out.read_text())

    def test_a_bare_name_is_a_file_here(self):
        ledger = self.ledger()
        ledger.json("labels", "add", AddedLabels.BITCOIN, "a")
        ledger.text("labels", "export", "--format", "csv", "--out", "here.csv", cwd=self.folder)
        self.assertIn(AddedLabels.BITCOIN, (self.folder / "here.csv").read_text())

    def test_a_pack_that_is_not_there_is_told(self):
        ledger, out = self.ledger(), self.folder / "out.csv"
        ledger.json("labels", "add", AddedLabels.BITCOIN, "a")
        for words in (("remove",), ("export",), ("export", "--out", out)):
            self.assertIn("no pack is called 'nope'",
                          ledger.error("labels", *words, "--pack", "nope"))
        self.assertFalse(out.exists())


class Imports(TempFolder):
    def test_what_is_not_valid_is_told_every_time(self):
        table = self.folder / "my.csv"
        table.write_text("address,label,currency\n1BoatSLRHtKNngkdXEeobR76b53LETtpyT,a,BTC\n"
                         "1BoatSLRHtKNngkdXEeobR76b53LETtpyS,b,BTC\nnonsense,c,ETH\n")
        ledger = self.ledger()
        for _ in range(2):
            self.assertIn("\n  2 of these are of what is not valid on its ledger",
                          ledger.text("labels", "import", table))
        self.assertEqual(ledger.json("labels", "import", table)["imported"][0]["undecodable"], 2)
        found, = ledger.json("labels", "nonsense")["labels"]
        self.assertEqual(found["label"], "c")


if __name__ == "__main__":
    main()
