"""A proxy before an Ethereum node that answers falsely, not at all, or too much."""
import http.client
import http.server
import json
import socket
import threading

ENDLESS_BYTES = 1 << 31


def swap_receipts(method, result):
    if method == "eth_getBlockReceipts" and len(result) > 1:
        result[0], result[1] = result[1], result[0]


def change_receipt(method, result):
    if method == "eth_getBlockReceipts" and result:
        result[0]["status"] = "0x0" if result[0]["status"] == "0x1" else "0x1"


def leave_out_logs(method, result):
    if method == "eth_getBlockReceipts":
        for receipt in result:
            receipt["logs"] = []


def wrong_parent(method, result):
    if method == "eth_getBlockByNumber" and result and result["number"] != "0x0":
        result["parentHash"] = "0x" + "ab" * 32


def other_value(method, result):
    if method == "eth_getBlockByNumber" and result and result["transactions"]:
        if isinstance(result["transactions"][0], dict):
            result["transactions"][0]["value"] = "0x1234"


def other_sender(method, result):
    if method == "eth_getBlockByNumber" and result and isinstance(result, dict):
        for transaction in result["transactions"]:
            if isinstance(transaction, dict):
                transaction["from"] = "0x" + "ef" * 20


def other_callee(method, result):
    if method.startswith("debug_traceBlock") and result:
        result[-1]["result"]["to"] = "0x" + "cd" * 20


def leave_out_transaction(method, result):
    if method.startswith("eth_getBlock") and isinstance(result, dict) and result["transactions"]:
        result["transactions"].pop()


def other_inner_value(method, result):
    """The only lie that one node alone gets away with: no hash covers it."""
    if method.startswith("debug_traceBlock"):
        for traced in result:
            for call in traced["result"].get("calls", []):
                call["value"] = hex(int(call.get("value", "0x0"), 16) // 2)


# Found by checks of the answers themselves.
LIES = {lie.__name__: lie
        for lie in (swap_receipts, change_receipt, leave_out_logs, wrong_parent, other_value,
                    other_sender, other_callee, leave_out_transaction)}
UNPROVABLE = {other_inner_value.__name__: other_inner_value}


class Liar:
    """Passes on to `node`, and misbehaves when it is asked for whole blocks, once `begin` of those
    answers were honest. `how` is a name in LIES or UNPROVABLE, or one of: null, half, status429,
    reset, endless, ids, or stale: then it is the head that is false."""

    def __init__(self, node, how, begin=2):
        self.node, self.how, self.left = node, how, begin
        self.lock = threading.Lock()
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                liar.answer(self, body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def honest(self, body):
        if self.how == "stale":
            return False
        if not body.lstrip().startswith(b"["):
            return True  # whole blocks are asked for by several calls at once
        with self.lock:
            self.left -= 1
            return self.left >= 0

    def ask(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.node.port, timeout=60)
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = connection.getresponse().read()
        connection.close()
        return answer

    def answer(self, handler, body):
        answer = self.ask(body)
        if self.honest(body):
            return self.write(handler, 200, answer)
        if self.how == "status429":
            return self.write(handler, 429, b"too many requests")
        if self.how == "half":
            return self.write(handler, 200, answer[:len(answer) // 2])
        if self.how == "reset":
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return None
        if self.how == "endless":
            return self.write_without_end(handler)
        return self.write(handler, 200, self.lie(json.loads(body), json.loads(answer)))

    def lie(self, request, answer):
        many = isinstance(request, list)
        requests, answers = (request, answer) if many else ([request], [answer])
        by_id = {one["id"]: one for one in requests}
        for one in answers:
            method = by_id[one["id"]]["method"]
            parameters = by_id[one["id"]].get("params") or [None]
            if self.how == "null" and method.startswith("eth_getBlock"):
                one["result"] = None
            elif self.how == "stale" and parameters[0] == "latest":
                one["result"] = json.loads(self.ask(json.dumps(
                    {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber",
                     "params": ["0x2", False]})))["result"]
            elif self.how == "ids":
                one["id"] += 1000
            elif self.how in UNPROVABLE and one.get("result") is not None:
                UNPROVABLE[self.how](method, one["result"])
            elif self.how in LIES and one.get("result") is not None:
                LIES[self.how](method, one["result"])
        return json.dumps(answers if many else answers[0]).encode()

    @staticmethod
    def write(handler, status, body):
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    @staticmethod
    def write_without_end(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(1 << 40))
        handler.end_headers()
        block = b" " * (1 << 20)
        try:
            for _ in range(ENDLESS_BYTES >> 20):
                handler.wfile.write(block)
        except OSError:
            pass
        handler.close_connection = True
