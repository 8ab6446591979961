#!/usr/bin/env python3
"""The program beside a real node with the real Uniswap V2: a sandwich, an arbitrage over two
exchanges and everything they move, followed live by every way to ask."""
import signal
import time

from support.anvil import TRANSFER, Anvil, need_anvil, word
from support.program import TempFolder, main
from support.uniswap import CALLER, Exchange, bought, need_uniswap

ETHER = 10**18
GWEI = 10**9
SUPPLY = 10_000_000 * ETHER
ZERO = "0x" + "0" * 40
WAIT_SECONDS = 120


class Uniswap(TempFolder):
    def setUp(self):
        super().setUp()
        need_anvil()
        need_uniswap()
        self.node = Anvil(self.folder)
        self.addCleanup(self.node.stop)
        self.exchange = Exchange(self.node, SUPPLY, [(1_000 * ETHER, 2_000_000 * ETHER),
                                                     (1_000 * ETHER, 2_300_000 * ETHER)])
        self.coin, self.token = self.exchange.coin.address, self.exchange.token.address

    def follow(self, name, url, method):
        ledger = self.ledger(name)
        process = ledger.start("--json", "ingest", "evm", url, "--follow", "--poll", "0.1",
                               "--traces", method, "--wrapped", self.coin)
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.wait(),
                                 process.stdout.close(), process.stderr.close()))
        return ledger, process

    def wait_until_followed(self, ledger):
        head = self.node.block(self.node.head())["hash"]
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            done = ledger.run("--json", "block", head)
            if done.returncode == 0:
                return
            time.sleep(0.1)
        self.fail(f"waited {WAIT_SECONDS} s for the head: {done.stderr}")

    def sandwich(self, bot, victim):
        """{role: transaction} in one block, in the order of their tips, and the tokens that the
        first of them bought."""
        node, exchange = self.node, self.exchange
        coins, tokens = exchange.reserves(0)
        first = bought(5 * ETHER, coins, tokens)
        node.call("evm_setAutomine", False)
        txs = {
            "victim": exchange.buy(victim, 30 * ETHER, tip=2 * GWEI),
            "front": exchange.buy(bot, 5 * ETHER, tip=50 * GWEI),
            "approve": exchange.token.send(bot, "approve(address,uint256)",
                                           exchange.routers[0].address, first, tip=49 * GWEI),
            "back": exchange.sell(bot, first, tip=1 * GWEI),
        }
        node.call("evm_mine")
        node.call("evm_setAutomine", True)
        receipts = {name: node.receipt(tx) for name, tx in txs.items()}
        self.assertEqual({each["status"] for each in receipts.values()}, {"0x1"})
        self.assertEqual(len({each["blockHash"] for each in receipts.values()}), 1)
        order = sorted(receipts, key=lambda name: int(receipts[name]["transactionIndex"], 16))
        self.assertEqual(order, ["front", "approve", "victim", "back"])
        return txs, first

    def arbitrage(self, bot):
        """Coins for tokens where they are cheap, those for coins where they are dear, in one
        transaction that pays the block's builder."""
        node, exchange = self.node, self.exchange
        caller = node.deploy(CALLER)
        builder = node.block(node.head())["miner"]
        paid = 10 * ETHER
        node.receipt(exchange.coin.send(bot, "deposit()", value=paid))
        node.receipt(exchange.coin.send(bot, "transfer(address,uint256)", caller, paid))
        node.receipt(node.send(bot, caller, ETHER))
        cheap, dear = 1, 0
        coins, tokens = exchange.reserves(cheap)
        middle = bought(paid, coins, tokens)
        coins, tokens = exchange.reserves(dear)
        back = bought(middle, tokens, coins)
        self.assertGreater(back, paid)
        pairs = [pair.address for pair in exchange.pairs]
        calls = [
            (self.coin, 0, exchange.coin.encoded("transfer(address,uint256)", pairs[cheap], paid)),
            (pairs[cheap], 0, exchange.swap(cheap, 0, middle, pairs[dear])),
            (pairs[dear], 0, exchange.swap(dear, back, 0, caller)),
            (builder, ETHER // 10, ""),
        ]
        data = "".join(word(to) + word(value) + word(len(each) // 2) + each
                       for to, value, each in calls)
        tx = node.send(bot, caller, data=data, gas=2_000_000)
        self.assertEqual(node.receipt(tx)["status"], "0x1")
        return tx, caller, builder, [
            (self.coin, caller, pairs[cheap], paid),
            (self.token, pairs[cheap], pairs[dear], middle),
            (self.coin, pairs[dear], caller, back)]

    def moved(self, ledger, tx, kind):
        return [(each["asset"], each["from"], each["to"], int(each["value"]))
                for each in ledger.json("transfers", "--tx", tx)["transfers"]
                if each["kind"] == kind]

    def test_followed_by_every_way_to_ask(self):
        node, exchange, who = self.node, self.exchange, self.node.accounts
        bot, victim = who[3], who[4]
        followers = [self.follow("socket", node.socket_url, "debug"),
                     self.follow("polled", node.url, "trace")]
        txs, front = self.sandwich(bot, victim)
        cycle, caller, builder, legs = self.arbitrage(who[5])
        for ledger, process in followers:
            self.wait_until_followed(ledger)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, said)
            self.assertEqual(ledger.json("verify")["problems"], [])
        ledgers = [ledger for ledger, _ in followers]
        blocks = [[ledger.json("transfers", "--block", number)["transfers"]
                   for number in range(node.head() + 1)] for ledger in ledgers]
        self.assertEqual(blocks[0], blocks[1])
        ledger = ledgers[0]

        pair = exchange.pairs[0].address
        self.assertEqual(self.moved(ledger, txs["front"], "erc20"),
                         [(self.coin, ZERO, exchange.routers[0].address, 5 * ETHER),
                          (self.coin, exchange.routers[0].address, pair, 5 * ETHER),
                          (self.token, pair, bot, front)])
        sold = self.moved(ledger, txs["back"], "erc20")
        self.assertEqual(sold[0], (self.token, bot, pair, front))
        gained = self.moved(ledger, txs["back"], "internal")[-1]
        self.assertEqual(gained[1:3], (exchange.routers[0].address, bot))
        self.assertGreater(gained[3], 5 * ETHER)
        self.assertEqual(self.moved(ledger, cycle, "erc20"), legs)
        self.assertEqual(self.moved(ledger, cycle, "internal"),
                         [("ETH", caller, builder, ETHER // 10)])
        self.tokens_are_those_of_the_logs(blocks[0])
        self.balances_are_those_of_the_node(ledger, blocks[0])

    def tokens_are_those_of_the_logs(self, blocks):
        """Every Transfer event that the node itself finds."""
        logs = self.node.call("eth_getLogs", {"fromBlock": "0x0", "toBlock": "latest",
                                              "topics": ["0x" + TRANSFER]})
        said = [(log["address"], "0x" + log["topics"][1][26:], "0x" + log["topics"][2][26:],
                 int(log["data"], 16), log["transactionHash"]) for log in logs]
        known = {self.coin}  # its deposits and withdrawals are no Transfer events
        found = [(each["asset"], each["from"], each["to"], int(each["value"]), each["tx"])
                 for block in blocks for each in block if each["kind"] == "erc20"
                 and not (each["asset"] in known and ZERO in (each["from"], each["to"]))]
        self.assertEqual(found, said)
        self.assertGreater(len(found), 15)

    def balances_are_those_of_the_node(self, ledger, blocks):
        held = {}
        for each in (one for block in blocks for one in block):
            if each["asset"] in (self.coin, self.token):
                held[each["from"], each["asset"]] = held.get((each["from"], each["asset"]), 0) \
                    - int(each["value"])
                held[each["to"], each["asset"]] = held.get((each["to"], each["asset"]), 0) \
                    + int(each["value"])
        contracts = {self.coin: self.exchange.coin, self.token: self.exchange.token}
        for (account, asset), value in held.items():
            if account != ZERO:
                self.assertEqual(contracts[asset].number("balanceOf(address)", account), value)
                shown = {one["asset"]: one for one in ledger.json("address", account)["assets"]}
                self.assertEqual(int(shown[asset]["received"]) - int(shown[asset]["sent"]), value)
        self.assertGreater(len(held), 8)


if __name__ == "__main__":
    main()
