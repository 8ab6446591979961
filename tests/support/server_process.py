"""What tests of programs that serve share: where they listen, said as soon as they do."""
import json
import threading

START_SECONDS = 120


def read_where(process):
    """The document that a program run with --json prints first."""
    text = ""
    watchdog = threading.Timer(START_SECONDS, process.kill)
    watchdog.start()
    for line in process.stdout:
        text += line
        if line.rstrip() == "}":
            break
    watchdog.cancel()
    if not text:
        command = " ".join(map(str, process.args))
        raise AssertionError(f"{command} did not start: {process.communicate()[1]}")
    return json.loads(text)
