#!/usr/bin/env python3
"""Single promises of the command line that are easily broken: what a word means, where a search
stops, what is counted, and how it is said."""
import datetime
import gzip
import json

from support.blocks import best_chain, read_block_files, record
from support.program import DATA_ERROR, USAGE, Ledger, TempFolder, main, need_data
from support.worlds import OneWorld, World


class EntityWords(OneWorld):
    def test_any_address_of_an_entity_names_it(self):
        """For a trace: as many outputs, and the same answer, as from all its addresses."""
        entity, members = next((e, m) for e, m in self.members.items() if 2 < len(m) < 10)
        other = next(m for m in members if m != entity)
        outputs = sum(self.ledger.json("address", m)["outputs"] for m in members)
        by_name = self.ledger.json("trace", f"entity:{entity}")
        by_member = self.ledger.json("trace", f"entity:{other}")
        self.assertEqual(by_name["origin"]["outputs"], outputs)
        for document in (by_name, by_member):
            del document["origin"]["text"]
        self.assertEqual(by_member, by_name)

    def test_for_a_path_too(self):
        """Of some payments between two entities, each asked for by other addresses of both."""
        asked = 0
        for entity, members in self.members.items():
            other = next((m for m in members if m != entity), None)
            spent = self.ledger.json("address", entity)["movements"] if other else []
            spend = next((m for m in spent if m["direction"] == "out"), None)
            if spend is None:
                continue
            paid = next((o["address"] for o in self.ledger.json("tx", spend["txid"])["outputs"]
                         if o["address"] and self.entity_of[o["address"]] != entity
                         and len(self.members[self.entity_of[o["address"]]]) > 1), None)
            if paid is None:
                continue
            stranger = next(m for m in self.members[self.entity_of[paid]]
                            if m != self.entity_of[paid])
            document = self.ledger.json("path", f"entity:{other}", f"entity:{stranger}",
                                        "--through-coinjoins")
            self.assertTrue(document["paths"], (entity, paid))
            asked += 1
            if asked == 5:
                break
        self.assertEqual(asked, 5)


class PathStops(OneWorld):
    def test_at_services(self):
        """A path through an address stops being one when somebody labels it an exchange's."""
        ledger = self.world.ingested(self.folder / "labelled")
        start = self.theft["origins"][0]["address"]
        ends = [s["address"] for s in self.theft["services"]]
        paths = [ledger.json("path", start, end)["paths"] for end in ends]
        path, end = next((p[0], e) for p, e in zip(paths, ends) if p and len(p[0]["hops"]) > 3)
        middle = path["hops"][2]["address"]
        self.assertNotIn(middle, (start, end))
        ledger.json("labels", "add", middle, "Middle Exchange", "--category", "exchange")
        stopped = ledger.json("path", start, end, "--count", 100)
        self.assertNotIn(middle, [hop["address"] for p in stopped["paths"] for hop in p["hops"]])
        self.assertEqual(ledger.json("path", start, end, "--through-services")["paths"], [path])
        # Its ends may be services: the path up to it is found, and the one on from it.
        for a, b in ((start, middle), (middle, end)):
            self.assertTrue(ledger.json("path", a, b)["paths"], (a, b))

    def test_at_coinjoins_and_says_so(self):
        """From who paid into a CoinJoin to who was paid by it there is no way but through it."""
        checked = 0
        for txid in self.world.coinjoins():
            mix = self.ledger.json("tx", txid)
            payer, paid = mix["inputs"][0]["address"], mix["outputs"][0]["address"]
            words = ("path", payer, paid, "--max-hops", 1)
            if payer == paid:
                continue
            document = self.ledger.json(*words)
            self.assertEqual((document["paths"], document["only_through"]), ([], True), txid)
            self.assertIn("--through-coinjoins", self.ledger.text(*words))
            through = self.ledger.json(*words, "--through-coinjoins")
            self.assertEqual((len(through["paths"]), through["only_through"]), (1, None), txid)
            self.assertEqual(through["paths"][0]["hops"][-1]["txid"], txid)
            checked += 1
        self.assertGreater(checked, 0)

    def test_nothing_is_nothing_without_stops_too(self):
        """Money of the last block was never in the first."""
        newest = self.ledger.json("block", self.ledger.json("info")["bitcoin"]["tip"]["height"])
        oldest = self.ledger.json("block", 1)
        new, old = (self.ledger.json("tx", b["transactions"][0])["outputs"][0]["address"]
                    for b in (newest, oldest))
        document = self.ledger.json("path", new, old)
        self.assertEqual((document["paths"], document["only_through"]), ([], False))
        self.assertNotIn("--through", self.ledger.text("path", new, old))


class IngestCounts(TempFolder):
    PARTS = ("added", "already_there", "copies", "stale", "left_out", "refused", "not_stored")

    def sums_up(self, document, **expected):
        self.assertEqual(document["blocks_read"], sum(document[part] for part in self.PARTS))
        self.assertEqual({key: document[key] for key in expected}, expected)

    def test_blocks_read_are_accounted_for(self):
        world = World.make(self.folder / "world", seed=3, blocks=200)
        every = list(read_block_files(world.folder / "blocks"))
        chain = best_chain(every)
        stale = len(every) - len(chain)
        ledger = self.ledger()
        part = ledger.ingest(world.folder, "--from-height", 50, "--to-height", 119)
        self.sums_up(part, added=70, left_out=130, stale=stale, not_stored=0)
        self.sums_up(ledger.ingest(world.folder), added=130, already_there=70, stale=stale)

    def test_good_blocks_upon_a_bad_one_are_counted(self):
        """A block whose body is not what its header says, with the rest of the chain upon it, given
        twice."""
        world = World.make(self.folder / "world", seed=3, blocks=200)
        chain = best_chain(list(read_block_files(world.folder / "blocks")))
        raw = [bytearray(block.raw) for block in chain]
        raw[150][-5] ^= 1  # the value of the last output, or its script: the merkle root fails
        file = self.folder / "blk00000.dat"
        file.write_bytes(b"".join(map(record, raw + raw[:10])))
        document = self.ledger().ingest(file, code=DATA_ERROR)
        self.sums_up(document, added=150, copies=10, blocks_read=210)
        self.assertTrue(document["problems"])
        text = self.ledger("other").run("ingest", "bitcoin", file).stdout
        for key, words in (("refused", "refused"), ("not_stored", "are good but not stored")):
            if document[key]:
                self.assertIn(f"\n  {document[key]} {words}\n", text)
        self.assertIn("50", text)


class IngestHeights(TempFolder):
    def test_an_end_below_its_beginning_is_refused(self):
        ledger = self.ledger()
        for source in (self.folder, "http://127.0.0.1:1"):
            complaint = ledger.error("ingest", "bitcoin", source, "--from-height", 5,
                                     "--to-height", 3, code=USAGE)
            self.assertIn("--from-height 5 is above --to-height 3", complaint)
        self.assertFalse(ledger.folder.exists())

    def test_one_block_without_proof_of_work_is_no_plural(self):
        path = need_data("bitcoin", "coinjoin_emulated",
                         "2024-04-05_15-19_lognorm-static-10-5utxo_blocks.jsonl.gz")
        one = self.folder / "one.jsonl"
        with gzip.open(path, "rt") as lines:
            one.write_text(next(lines))
        note, = self.ledger().ingest(one, "--network", "regtest")["notes"]
        self.assertRegex(note, "^1 block comes without bits or nonce: its hash")


class Numbers(TempFolder):
    """Those on the command line are what they say, or an error: never clamped or wrapped."""

    def test_out_of_range_is_refused_everywhere(self):
        ledger, out = self.ledger(), self.folder / "out"
        address = "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"
        for words in (("simulate", "bitcoin", "--out", out, "--seed", "-1"),
                      ("simulate", "bitcoin", "--out", out, "--seed", 2**64),
                      ("simulate", "ethereum", "--out", out, "--chain-id", 10**20),
                      ("simulate", "bitcoin", "--out", out, "--blocks", 2**32 + 200),
                      ("simulate", "bitcoin", "--out", out, "--blocks", "2e3"),
                      ("address", address, "--limit", "-1"),
                      ("address", address, "--limit", ""),
                      ("address", address, "--offset", 2**64),
                      ("address", address, "--relations", "-1"),
                      ("transfers", "--block", 1, "--limit", "-1"),
                      ("entity", address, "--as-of", 2**32),
                      ("trace", address, "--max-hops", "-1"),
                      ("trace", address, "--max-edges", 2**64),
                      ("path", address, address, "--count", "-1"),
                      ("ingest", "bitcoin", out, "--from-height", "-1"),
                      ("ingest", "bitcoin", out, "--verbosity", 4),
                      ("ingest", "evm", "http://127.0.0.1:1", "--from", "-5"),
                      ("ingest", "evm", "http://127.0.0.1:1", "--poll", "-1"),
                      ("ingest", "evm", "http://127.0.0.1:1", "--patience", "nan"),
                      ("ingest", "evm", "http://127.0.0.1:1", "--max-reorganisation", 2**32),
                      ("--chain", "x", "ingest", "transfers", out, "--chain-id",
                       "99999999999999999999"),
                      ("replay", out, "--fault-seed", "-1"), ("replay", out, "--threads", 0)):
            with self.subTest(words=words):
                option = next(w for w in reversed(words) if str(w).startswith("--"))
                self.assertIn(option, ledger.error(*words, code=USAGE))
        self.assertFalse(out.exists())

    def test_in_range_is_taken_as_it_stands(self):
        seeds = {}
        for seed in ("10", "010", "0xa", "8", 2**64 - 1):
            out = self.folder / f"world{seed}"
            done = self.ledger().json("simulate", "bitcoin", "--out", out, "--blocks", "0200",
                                      "--seed", seed)
            self.assertEqual(done["blocks"], 200)
            seeds[seed] = done["tip"]["hash"]
        self.assertEqual({seeds["10"]}, {seeds["010"], seeds["0xa"]})
        self.assertNotEqual(seeds["10"], seeds["8"])


class Bounds(OneWorld):
    def test_an_end_before_its_beginning_is_refused(self):
        theft = self.theft["origins"][0]["txid"]
        for since, until in ((200, 100), ("2024-05-31", "2024-05-30"),
                             ("2024-05-31T12:00:01Z", "2024-05-31T12:00:00Z"),
                             (100, "2009-01-02"), ("2024-05-31", 100)):
            complaint = self.ledger.error("trace", theft, "--since", since, "--until", until,
                                          code=USAGE)
            self.assertIn(f"--since {since} is after --until {until}", complaint)
        for since, until in ((100, 100), ("2024-05-31", "2024-05-31"), (100, "2024-05-31"),
                             ("2009-01-03", 100), (100, 10**9), ("2024-05-31", 10**9)):
            self.ledger.json("trace", theft, "--since", since, "--until", until)

    def test_a_block_of_the_very_second_is_between_a_height_and_a_date(self):
        theft = self.theft["origins"][0]["txid"]
        time = self.ledger.json("block", 100)["time"]
        utc = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
        second = utc.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.ledger.json("trace", theft, "--since", 100, "--until", second)
        self.ledger.json("trace", theft, "--since", second, "--until", 100)

    def test_a_date_is_one_that_there_is_in_full(self):
        theft = self.theft["origins"][0]["txid"]
        for date in ("2024-1-2", "2024-02-30", "2023-02-29", "2024-01-02T24:00:00Z", "2024-01",
                     "1969-12-31", "99999999999"):
            for option in ("--since", "--until"):
                complaint = self.ledger.error("trace", theft, option, date, code=USAGE)
                self.assertIn(f"'{date}' is neither a date", complaint)

    def test_the_newest_block_is_the_last_that_may_be_asked_for(self):
        height = self.ledger.json("info")["bitcoin"]["tip"]["height"]
        address = next(iter(self.members))
        out = self.folder / "out.csv"
        for words in (("entity", address), ("why", address, address), ("entities", "--out", out)):
            self.ledger.json(*words, "--as-of", height)
            complaint = self.ledger.error(*words, "--as-of", height + 1)
            self.assertIn(f"the newest block of this ledger is {height}", complaint)


class ChosenChain(OneWorld):
    def test_info_shows_the_chain_that_is_asked_for(self):
        document = self.ledger.json("--chain", "bitcoin", "info")
        self.assertEqual(document, self.ledger.json("info"))
        for words in (("info",), ("verify",), ("block", 1), ("completeness",)):
            complaint = self.ledger.error("--chain", "nope", *words)
            self.assertIn("no nope ledger in", complaint)
            self.assertIn("there is bitcoin", complaint)

    def test_several_are_told_apart(self):
        path = self.folder / "list.csv"
        path.write_text("from,to,value,block\n0x" + "aa" * 20 + ",0x" + "bb" * 20 + ",5,1\n")
        ledger, address = Ledger(self.folder / "two"), "0x" + "aa" * 20
        ledger.json("--chain", "aa", "ingest", "transfers", path)
        self.assertEqual(ledger.json("address", address)["movement_count"], 1)
        ledger.json("--chain", "bb", "ingest", "transfers", path)
        self.assertEqual({"aa", "bb"} & set(ledger.json("info")), {"aa", "bb"})
        self.assertEqual({"aa", "bb"} & set(ledger.json("--chain", "bb", "info")), {"bb"})
        complaint = ledger.error("address", address)
        self.assertIn("there are aa, bb: --chain NAME", complaint)
        ledger.json("--chain", "aa", "address", address)
        complaint = ledger.error("--chain", "aa", "coinjoins", code=USAGE)
        self.assertIn("a ledger of accounts (as Ethereum's), not of outputs", complaint)
        self.assertIn("--chain", complaint)

    def test_a_file_is_no_folder_of_ledgers(self):
        path = self.folder / "afile"
        path.write_text("")
        for words in (("info",), ("block", 1), ("address", "0x" + "aa" * 20), ("verify",),
                      ("labels", "stats"), ("labels", "add", "0x" + "aa" * 20, "x")):
            self.assertIn(f"{path} is no directory", Ledger(path).error(*words))


class AsOf(OneWorld):
    def test_an_address_of_later_is_not_found(self):
        entity, members = next((e, m) for e, m in self.members.items() if len(m) > 2)
        seen = {m: self.ledger.json("address", m)["first_seen"]["height"] for m in members}
        latest = max(members, key=seen.get)
        early = min(members, key=seen.get)
        height = seen[latest]
        self.assertLess(seen[early], height)
        for words in (("entity", latest), ("why", latest, early), ("why", early, latest)):
            complaint = self.ledger.error(*words, "--as-of", height - 1, code=DATA_ERROR)
            self.assertIn(f"{latest} does not appear in this ledger up to height {height - 1}",
                          complaint)
            self.ledger.json(*words, "--as-of", height)
        self.assertGreaterEqual(
            self.ledger.json("entity", latest, "--as-of", height)["address_count"], 1)


class Parties(OneWorld):
    """Who is held to be one party, and is kept apart from others: labels on two addresses of what
    is one entity without labels."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bare = Ledger(cls.folder / "bare")
        cls.bare.ingest(cls.world.folder)
        table, _ = cls.bare.entities()
        entity = next(e for a, e in sorted(table.items()) if a != e)
        cls.a, cls.b = sorted(a for a, e in table.items() if e == entity)[:2]

    def held_back(self, *labels):
        """How many joins are, with labels (address, text, options) and no others."""
        for address, text, *options in labels:
            self.bare.json("labels", "add", address, text, *options)
        _, document = self.bare.entities()
        proof = self.bare.json("why", self.a, self.b)
        said = self.bare.text("why", self.a, self.b).count("\n  held back ")
        told = self.bare.json("entity", self.a)["held_back"]
        for address in (self.a, self.b):
            self.bare.json("labels", "remove", address)
        self.assertEqual(proof["together"], not document["held_back"])
        self.assertEqual(proof["held_back"], told)
        self.assertEqual(len(told), said)
        return len(document["held_back"])

    def test_named_alike_is_one_party(self):
        exchange = ("--category", "exchange")
        self.assertEqual(self.held_back((self.a, "Amber Exchange", *exchange),
                                        (self.b, " amber  EXCHANGE", *exchange)), 0)
        self.assertGreater(self.held_back((self.a, "Amber Exchange", *exchange),
                                          (self.b, "Borealis", *exchange)), 0)

    def test_an_actor_is_a_party_whatever_the_wording(self):
        amber = ("--category", "exchange", "--actor", "amber")
        other = ("--category", "exchange", "--actor", "borealis")
        self.assertEqual(self.held_back((self.a, "Amber", *amber), (self.b, "My pot", *amber)), 0)
        self.assertEqual(self.held_back((self.a, "Amber", *amber),
                                        (self.b, "AMBER", "--category", "exchange")), 0)
        self.assertGreater(self.held_back((self.a, "Amber", *amber), (self.b, "Amber", *other)), 0)

    def test_a_list_without_names_keeps_nobody_apart(self):
        sanctions = self.folder / "list.json"
        sanctions.write_text(json.dumps({"XBT": [self.b]}))
        self.bare.json("labels", "import", sanctions)
        self.addCleanup(self.bare.json, "labels", "remove", "--pack",
                        "OFAC sanctioned digital currency addresses")
        exchange = ("--category", "exchange")
        self.assertEqual(self.held_back((self.a, "Amber", *exchange)), 0)
        self.assertGreater(self.held_back((self.a, "Amber", *exchange),
                                          (self.b, "Borealis", *exchange)), 0)

    def test_sanctioned_addresses_without_names_are_ends_of_their_own(self):
        ledger = Ledger(self.folder / "sanctioned")
        ledger.ingest(self.world.folder)
        ends = sorted({s["address"] for s in self.theft["services"]})
        self.assertGreater(len(ends), 1)
        sanctions = self.folder / "ends.json"
        sanctions.write_text(json.dumps({"XBT": ends}))
        ledger.json("labels", "import", sanctions)
        document = ledger.json("trace", self.theft["origins"][0]["txid"], "--own-labels")
        found = [end for end in document["ends"] if end["reason"] == "service"]
        self.assertEqual(sorted(a for end in found for a in end["addresses"]), ends)
        self.assertEqual(len(found), len(ends))
        self.assertEqual({end["service"]["category"] for end in found}, {"sanctioned"})


class Wording(OneWorld):
    def test_rules_that_join_nothing_are_told(self):
        out = self.folder / "idle.csv"
        for rules, notice in (("multi_input_change", "multi_input_change joins nothing"),
                              ("multi_input,direct_change", "direct_change adds nothing"),
                              ("multi_input,address_reuse", "address_reuse adds nothing")):
            done = self.ledger.run("--json", "entities", "--out", out, "--rules", rules)
            self.assertIn(f"clew: {notice}", done.stderr)
        _, alone = self.ledger.entities("--rules", "multi_input_change")
        self.assertEqual(alone["entities"], alone["addresses"])
        done = self.ledger.run("entities", "--out", out, "--rules", "multi_input")
        self.assertEqual(done.stderr, "")

    def test_an_unknown_command_is_named_with_the_nearest(self):
        for words, unknown, near in ((("tracee",), "tracee", "trace"),
                                     (("--json", "--chain", "bitcoin", "inof"), "inof", "info"),
                                     (("ingest", "bitcion", "x"), "bitcion", "bitcoin"),
                                     (("qqqqqqqqqq",), "qqqqqqqqqq", None)):
            lines = self.ledger.error(*words, code=USAGE).splitlines()
            self.assertEqual(lines[0], f"clew: there is no command '{unknown}'")
            if near:
                self.assertEqual(lines[1], f"Did you mean {near}?")
        self.assertIn("subcommand", self.ledger.error(code=USAGE))
        self.assertNotIn("no command", self.ledger.error("trace", "x", "--nonsense", code=USAGE))

    def test_one_thing_is_no_plural(self):
        block = self.ledger.json("block", 1)
        self.assertEqual(block["transaction_count"], 1)
        miner = self.ledger.json("tx", block["transactions"][0])["outputs"][0]["address"]
        alone = next(e for e, m in self.members.items() if len(m) == 1)
        out = self.folder / "plural.csv"
        texts = [self.ledger.text(*words) for words in (
            ("info",), ("block", 1), ("address", miner), ("address", alone), ("entity", alone),
            ("trace", f"{block['transactions'][0]}:0", "--max-hops", 1), ("labels", "stats"),
            ("labels", "remove", alone), ("entities", "--out", out))]
        for count in (1, 2):
            texts.append(self.ledger.text("labels", "add", alone, f"mine {count}"))
            texts.append(self.ledger.text("labels", "export", "--private", "--out", out))
            texts.append(self.ledger.text("ingest", "bitcoin", self.world.folder))
        self.ledger.text("labels", "remove", alone)
        several = (r"blocks|transactions|inputs|outputs|addresses|entities|labels|packs|files|"
                   r"actors|edges|joins|movements|end-points|hops|bytes|were|are")
        for text in texts:
            self.assertNotRegex(text, rf"(?<![\d,.])1 ({several})\b")
            self.assertNotRegex(text, r"(?<![\d,.:])([02-9]|\d\d+) (block|transaction|input|output|"
                                      r"address|label|pack|file|actor|edge|byte)\b")
        self.assertTrue(any("1 transaction" in text for text in texts))

    def test_one_problem_is_no_plural(self):
        ledger = Ledger(self.folder / "damaged")
        ledger.json("labels", "add", "0x" + "aa" * 20, "x")
        (ledger.folder / "labels.sqlite").unlink()
        self.assertRegex(ledger.text("verify", code=DATA_ERROR), r"(?m)^1 problem$")


if __name__ == "__main__":
    main()
