#!/usr/bin/env python3
"""What tokens say of themselves, asked of a real Ethereum node and shown beside what they move."""
import json

from support.anvil import TOKEN, Anvil, named_token, need_anvil, word
from support.program import DATA_ERROR, TempFolder, main


class TokenNames(TempFolder):
    def setUp(self):
        super().setUp()
        need_anvil()
        self.node = Anvil(self.folder)
        self.addCleanup(self.node.stop)

    def move(self, token, value):
        who = self.node.accounts
        tx = self.node.send(who[1], token, data=word(who[2]) + word(who[3]) + word(value))
        self.node.receipt(tx)
        return tx

    def test_are_asked_once_and_shown(self):
        node = self.node
        named = node.deploy(named_token("USD Coin", 6))
        silent = node.deploy(TOKEN)
        strange = node.deploy(named_token("a\u202eb\x1b[31m", 255))
        txs = {token: self.move(token, 1_500_000) for token in (named, silent, strange)}
        ledger = self.ledger()
        report = ledger.json("ingest", "evm", node.url)
        self.assertEqual((report["tokens_named"], report["tokens_problem"]), (2, None))

        def moved(token):
            [transfer] = [each for each in ledger.json("transfers", "--tx", txs[token])["transfers"]
                          if each["kind"] == "erc20"]
            self.assertEqual((transfer["asset"], transfer["value"]), (token, "1500000"))
            return transfer

        self.assertEqual([moved(named)[key] for key in ("symbol", "name", "decimals")],
                         ["USD Coin", "USD Coin", 6])
        self.assertNotIn("symbol", moved(silent))
        text = ledger.text("transfers", "--tx", txs[named])
        self.assertIn(f"1.5 USD Coin [{named}]", text)
        self.assertIn(f"1500000 units of {silent}", ledger.text("transfers", "--tx", txs[silent]))
        # Names are a stranger's: they do not reach the terminal as they are.
        text = ledger.text("transfers", "--tx", txs[strange])
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\u202e", text)
        self.assertIn("1500000 units of", text)
        held = {each["asset"]: each for each in
                ledger.json("address", node.accounts[3])["assets"]}
        self.assertEqual((held[named]["symbol"], held[named]["decimals"]), ("USD Coin", 6))
        # A number of decimals that no amount can have counts for nothing.
        self.assertEqual((held[strange]["decimals"], held[strange]["balance_decimal"]),
                         (None, None))
        # Every command shows them alike.
        who = node.accounts
        for words in (("address", who[3]), ("trace", who[2], "--asset", named),
                      ("path", who[2], who[3], "--asset", named)):
            self.assertIn(f"1.5 USD Coin [{named}]", ledger.text(*words))
        self.assertEqual(ledger.json("verify")["problems"], [])

        self.move(named, 1)
        report = ledger.json("ingest", "evm", node.url)
        self.assertEqual((report["added"], report["tokens_named"]), (1, 0))

    def test_imitate_nothing(self):
        node = self.node
        names = ("USDC [0xa0b869]", "000 USDC", "USDC\u2028x", "it's", "\u300cUSDC\u300d", " USDC",
                 "x" * 25)
        tokens = [node.deploy(named_token(name, 6)) for name in names]
        plain = node.deploy(named_token("1INCH\u20ae", 6))
        txs = [self.move(token, 1_500_000) for token in (*tokens, plain)]
        ledger = self.ledger()
        self.assertEqual(ledger.json("ingest", "evm", node.url)["tokens_named"], len(names) + 1)
        for name, token, tx in zip(names, tokens, txs):
            with self.subTest(name):
                [line] = [each for each in ledger.text("transfers", "--tx", tx).splitlines()
                          if "erc20" in each]
                self.assertTrue(line.endswith(f"  1.5 {token}"), line)
        self.assertIn(f"  1.5 1INCH\u20ae [{plain}]", ledger.text("transfers", "--tx", txs[-1]))

    def test_a_ledger_does_without(self):
        named = self.node.deploy(named_token("USD Coin", 6))
        tx = self.move(named, 1_500_000)
        ledger = self.ledger()
        ledger.json("ingest", "evm", self.node.url)
        (ledger.folder / "ethereum" / "TOKENS").unlink()
        self.assertIn("1500000 units of", ledger.text("transfers", "--tx", tx))
        self.assertEqual(ledger.json("verify")["problems"], [])
        (ledger.folder / "ethereum" / "TOKENS").write_text(named[2:] + " 0123456789abcdef {}\n")
        for command in (("transfers", "--tx", tx), ("address", self.node.accounts[3])):
            done = ledger.run(*command)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("1500000 units of", done.stdout)
            self.assertEqual(done.stderr.count("TOKENS is damaged"), 1)
        [problem] = ledger.json("verify", code=DATA_ERROR)["problems"]
        self.assertIn("TOKENS", problem)
        self.assertIn("may be deleted", problem)
        # It is asked for again when it moves.
        self.move(named, 1)
        done = ledger.run("--json", "ingest", "evm", self.node.url)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["tokens_named"], 1)
        self.assertEqual(done.stderr.count("TOKENS is damaged"), 1)
        self.assertIn("1.5 USD Coin [", ledger.text("transfers", "--tx", tx))
        self.assertEqual(ledger.json("verify")["problems"], [])


if __name__ == "__main__":
    main()
