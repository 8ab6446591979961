#!/usr/bin/env python3
"""demo_post.py URL KEY ADDRESS: asks the anomaly service about an address, as any client would, and
shows the request and the answer, of long lists the first element."""
import json
import sys
import urllib.request

url, key, address = sys.argv[1:]
request = {"address": address, "minimum_threshold": -2, "maximum_threshold": 3,
           "time_difference": 13000, "value_coefficient": 0.3, "transfers_coefficient": 0.4,
           "hiding_coefficient": 0.5, "relation_coefficient": 0.6}


def lines(value, indent="  "):
    """JSON with every innermost object on a line, and of lists the first element."""
    if isinstance(value, list) and value:
        more = f", ... {len(value) - 1} more" if len(value) > 1 else ""
        return f"[{lines(value[0], indent)}{more}]"
    if not isinstance(value, dict) or not any(isinstance(v, (dict, list)) and v
                                              for v in value.values()):
        return json.dumps(value)
    inner = (",\n" + indent).join(f"{json.dumps(name)}: {lines(v, indent + '  ')}"
                                  for name, v in value.items())
    return f"{{\n{indent}{inner}}}"


print(f"\033[2m$ curl -H 'Authorization: Bearer {key[:17]}...' \\\n"
      "    -H 'Content-Type: application/json' \\\n"
      f"    -d '{json.dumps(request)}' \\\n    {url}\033[0m")
with urllib.request.urlopen(urllib.request.Request(
        url, json.dumps(request).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})) as answer:
    document = json.load(answer)
print(lines(document))
scores = {name: test["score"] for name, test in document["tests"].items()}
print(f"\033[1mdanger {document['danger_score']:.1f} of 100\033[0m, from {document['rows']} rows:",
      ", ".join(f"{name} {'did not run' if score is None else f'{score:.1f}'}"
                for name, score in scores.items()))
