"""Uniswap V2 on a node for tests: the contracts as their authors compiled them."""
import json
import os
import pathlib
import unittest

from support.anvil import word

FOLDER = os.environ.get("CLEW_UNISWAP")
FOREVER = 1 << 40  # a deadline
# Calls what it is given, one after the other: [address, value, size, data]... Reverts if one fails.
CALLER = ("60005b803611156037578060400135808260600160003760006000826000856020013586355af1602f57"
          "60006000fd5b01606001600256" "5b00")


def need_uniswap():
    if not FOLDER or not os.path.isdir(FOLDER):
        raise unittest.SkipTest("NOT CHECKED: no Uniswap (CLEW_UNISWAP names its folder; "
                                "`make test` gets it)")


def code_of(name):
    text = (pathlib.Path(FOLDER) / f"{name}.json").read_text()
    return json.loads(text)["evm"]["bytecode"]["object"]


class Contract:
    """At `address`; calls are written as their signature and arguments, addresses as text, arrays
    of addresses as lists."""

    def __init__(self, node, address):
        self.node, self.address = node, address

    @staticmethod
    def data(node, signature, *arguments):
        digest = node.call("web3_sha3", "0x" + signature.encode().hex())
        return digest[2:10] + encode(arguments)

    def encoded(self, signature, *arguments):
        return self.data(self.node, signature, *arguments)

    def send(self, sender, signature, *arguments, value=0, **fees):
        return self.node.send(sender, self.address, value, self.encoded(signature, *arguments),
                              6_000_000, **fees)

    def read(self, signature, *arguments):
        call = {"to": self.address, "data": "0x" + self.encoded(signature, *arguments)}
        return self.node.call("eth_call", call, "latest")

    def number(self, signature, *arguments):
        return int(self.read(signature, *arguments)[:66], 16)

    def account(self, signature, *arguments):
        return "0x" + self.read(signature, *arguments)[26:66]


def encode(arguments):
    """Contract ABI, of numbers, addresses, bytes and arrays of addresses."""
    head, tail = "", ""
    for each in arguments:
        if isinstance(each, list):
            head += word(32 * len(arguments) + len(tail) // 2)
            tail += word(len(each)) + "".join(map(word, each))
        elif isinstance(each, bytes):
            head += word(32 * len(arguments) + len(tail) // 2)
            tail += word(len(each)) + each.hex().ljust(-(-len(each) // 32) * 64, "0")
        else:
            head += word(each)
    return head + tail


class Exchange:
    """Two exchanges of one wrapped coin and one token, at different prices."""

    def __init__(self, node, token_supply, pools):
        self.node = node
        maker = node.accounts[0]
        self.coin = self.create("WETH9")
        self.token = self.create("ERC20", word(token_supply))
        self.routers, self.pairs = [], []
        for coins, tokens in pools:
            factory = self.create("UniswapV2Factory", word(maker))
            router = self.create("UniswapV2Router02",
                                 word(factory.address) + word(self.coin.address))
            self.done(self.token.send(maker, "approve(address,uint256)", router.address, tokens))
            self.done(router.send(
                maker, "addLiquidityETH(address,uint256,uint256,uint256,address,uint256)",
                self.token.address, tokens, 1, 1, maker, FOREVER, value=coins))
            self.routers.append(router)
            self.pairs.append(Contract(node, factory.account(
                "getPair(address,address)", self.coin.address, self.token.address)))

    def create(self, name, arguments=""):
        node = self.node
        sent = node.send(node.accounts[0], data=code_of(name) + arguments, gas=20_000_000)
        return Contract(node, node.receipt(sent)["contractAddress"])

    def done(self, transaction):
        receipt = self.node.receipt(transaction)
        assert receipt["status"] == "0x1", receipt
        return receipt

    def buy(self, who, coins, router=0, **fees):
        return self.routers[router].send(
            who, "swapExactETHForTokens(uint256,address[],address,uint256)", 1,
            [self.coin.address, self.token.address], who, FOREVER, value=coins, **fees)

    def sell(self, who, tokens, router=0, **fees):
        return self.routers[router].send(
            who, "swapExactTokensForETH(uint256,uint256,address[],address,uint256)", tokens, 1,
            [self.token.address, self.coin.address], who, FOREVER, **fees)

    def reserves(self, pair):
        """Of the coin and of the token."""
        both = self.pairs[pair].read("getReserves()")
        first, second = int(both[2:66], 16), int(both[66:130], 16)
        ordered = int(self.coin.address, 16) < int(self.token.address, 16)
        return (first, second) if ordered else (second, first)

    def swap(self, pair, coins, tokens, to):
        """The data of a call that takes so much out of a pair."""
        ordered = int(self.coin.address, 16) < int(self.token.address, 16)
        return self.pairs[pair].encoded("swap(uint256,uint256,address,bytes)",
                                        *((coins, tokens) if ordered else (tokens, coins)),
                                        to, b"")


def bought(amount, reserve_in, reserve_out):
    """What a pair gives for `amount`: Uniswap V2 Core (2020), 3.2.1, with its fee of 0.3 %."""
    paid = amount * 997
    return paid * reserve_out // (reserve_in * 1000 + paid)
