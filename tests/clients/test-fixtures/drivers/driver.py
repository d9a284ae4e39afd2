"""The client for Python, driven by a test: a line of JSON for each command, and one for each answer, in their order."""

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[4] / "clients" / "python" / "src"))

from sluice_client import Feedback, Outcome, Usage, start_client
from sluice_client.bucket import bucket_of
from sluice_client.events import told_split_of
from sluice_client.split import choose_arm

client = None
errors = []


def start(options):
    global client
    client = start_client(
        app=options["app"],
        key=options["key"],
        name=options["name"],
        state_directory=options["stateDirectory"],
        gateways=options["gateways"],
        start_timeout_ms=options["startTimeoutMs"],
        on_error=lambda error: errors.append(str(error)),
    )


def json_of(decision):
    revision = decision.revision
    content = {} if revision.content is None else {"content": revision.content}
    return {
        "revision": {"digest": revision.digest, "label": revision.label, **content},
        "arm": decision.arm,
        "reason": decision.reason,
        "splitVersion": decision.split_version,
        "proof": decision.proof,
        "decidedMs": decision.decided_ms,
    }


def decide(subject=None):
    return json_of(client.decide(subject))


def reported(decision):
    return SimpleNamespace(proof=decision["proof"], decided_ms=decision["decidedMs"])


def report(decision, outcome):
    usage = outcome.get("usage")
    used = None if usage is None else Usage(usage["inputTokens"], usage["outputTokens"])
    client.report(reported(decision), Outcome(outcome["outcome"], outcome["latencyMs"], used))


def feedback(decision, feedback):
    client.feedback(reported(decision), Feedback(feedback["name"], feedback["value"]))


def state():
    now = client.state()
    return {
        "splitVersion": now.split_version,
        "leaseLeftMs": now.lease_left_ms,
        "reportsWaiting": now.reports_waiting,
        "reportsDropped": now.reports_dropped,
        "errors": errors,
    }


def close():
    client.close()


def bucket(salt, subject):
    return bucket_of(salt, subject)


def choose(split, subject, fresh):
    told = told_split_of({"split": split, "revisions": {}, "token": ""})
    arm, reason, counted_arm = choose_arm(told.split, subject, fresh)
    return {"arm": arm, "reason": reason, "countedArm": counted_arm}


def decideInChild(subject):
    """What a process that is forked from this one decides at once, and when it has heard of the lease itself."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        first = client.decide(subject)
        while client.decide(subject).reason == "lease-expired":
            pass
        client.report(client.decide(subject), Outcome("ok", 20))
        client.close()
        os.write(writing, json.dumps([first.reason, client.decide(subject).reason]).encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as said:
        answer = json.loads(said.read())
    os.waitpid(child, 0)
    return answer


commands = {each.__name__: each for each in [
    start, decide, report, feedback, state, close, bucket, choose, decideInChild
]}  # fmt: skip

for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = {"answer": commands[asked["do"]](*asked["with"])}
    except Exception as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
