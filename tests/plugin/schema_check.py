# SPDX-License-Identifier: Apache-2.0
"""schema_check.py FOLDER FILE...: every object of the files (JSON, or JSON Lines) against the schema
of FOLDER that its field `schema` names. Prints the names that were seen. Readers must accept fields
that a schema does not have; here one is an error, so that none stays without a description."""
import glob
import json
import os
import sys

import jsonschema


def closed(schema):
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        result.setdefault("additionalProperties", False)
    return result


validators = {}
for path in glob.glob(sys.argv[1] + "/*.json"):
    schema = json.load(open(path))
    jsonschema.Draft202012Validator.check_schema(schema)
    name = os.path.basename(path)[:-5]
    assert schema["properties"]["schema"]["const"] == f"discern/{name}/1", path
    validators[f"discern/{name}/1"] = jsonschema.Draft202012Validator(closed(schema))

seen, wrong = set(), 0
for path in sys.argv[2:]:
    text = open(path).read()
    lines = [text] if path.endswith(".json") else text.split("\n")
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        record = json.loads(line)
        seen.add(record["schema"])
        for error in validators[record["schema"]].iter_errors(record):
            wrong += 1
            print(f"{path}:{number}: {error.json_path}: {error.message[:200]}", file=sys.stderr)
print(" ".join(sorted(name.split("/")[1] for name in seen)))
sys.exit(wrong > 0)
