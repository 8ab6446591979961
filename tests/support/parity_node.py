"""A proxy before a node that makes it speak Parity's trace_replayTransaction and trace_call."""
import http.server
import json
import threading
import urllib.request


class ParityNode:
    """Answers those two methods with `answers`, {(method, subject): result}, and refuses geth's
    tracers; everything else is the node's own answer."""

    def __init__(self, node, answers):
        self.node, self.answers = node, answers
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = json.dumps(proxy.answer(json.loads(body))).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request):
        if isinstance(request, list):
            return [self.answer(one) for one in request]
        method, parameters = request["method"], request["params"]
        reply = {"jsonrpc": "2.0", "id": request["id"]}
        if method.startswith("debug_"):
            return reply | {"error": {"code": -32601, "message": "no such method"}}
        if method in ("trace_replayTransaction", "trace_call"):
            subject = parameters[0]
            key = (method, subject if isinstance(subject, str) else subject["data"])
            result = dict(self.answers[key])
            for part in ("stateDiff", "vmTrace"):
                if part not in parameters[1]:
                    result[part] = None
            return reply | {"result": result}
        body = json.dumps(request).encode()
        asked = urllib.request.Request(self.node.url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=120) as got:
            return json.loads(got.read())

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
