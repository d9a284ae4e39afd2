"""The same application in Python: calls its vendor itself, and decides by Sluice in its own process."""

import json
import os
import signal
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# Where it is installed, this line is not needed.
sys.path.insert(0, str(Path(__file__).parents[2] / "clients" / "python" / "src"))

from sluice_client import Feedback, Outcome, start_client

sluice = start_client(
    gateways=os.environ["SLUICE_GATEWAYS"].split(" "),
    key=os.environ["SLUICE_GATEWAY_KEY"],
    app="ticket-desk",
    name=os.environ["WORKER"],
    state_directory=os.environ["STATE_DIRECTORY"],
)
# For the thumbs that come later; a real one would keep `proof` and `decided_ms` beside the answer.
answered = {}


def call_vendor(content, question):
    body = {
        **content["parameters"],
        "model": content["chain"][0]["model"],
        "messages": [
            {"role": "system", "content": content["prompts"]["answer"]["template"]},
            {"role": "user", "content": question},
        ],
    }
    headers = {"authorization": f"Bearer {os.environ['OPENAI_API_KEY']}", "content-type": "application/json"}
    url = f"{os.environ['OPENAI_BASE_URL']}/chat/completions"
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)) as response:
        return json.load(response)["choices"][0]["message"]["content"]


def answer(customer, question):
    decision = sluice.decide(customer)
    started = time.monotonic()
    try:
        text = call_vendor(decision.revision.content, question)
    except OSError:
        sluice.report(decision, Outcome("error", (time.monotonic() - started) * 1000))
        raise
    sluice.report(decision, Outcome("ok", (time.monotonic() - started) * 1000))
    answered[decision.proof["id"]] = decision
    return {"id": decision.proof["id"], "text": text, "revision": decision.revision.label}


def thumb(id, value):
    decision = answered.get(id)
    if decision is not None:
        sluice.feedback(decision, Feedback("thumb", value))
    return {"known": decision is not None}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        given = json.loads(self.rfile.read(int(self.headers["content-length"])))
        try:
            status, said = 200, json.dumps(answer(**given) if self.path == "/answer" else thumb(**given))
        except OSError as error:
            status, said = 502, str(error)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "0"))), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
print(json.dumps({"ready": True, "url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
server.serve_forever()
sluice.close()
