#!/usr/bin/env python3
"""Validates certificates against docs/schema/certificate-3.schema.json.

Usage: validate_schema.py CERTIFICATE ...   (needs the package jsonschema)

A certificate in lines is put together to the document that says the same, without a look at its sums.
"""

import json
import pathlib
import sys

import jsonschema

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "docs/schema/certificate-3.schema.json"


def document_of_lines(text):
    document = {"points": [], "steps": [], "verdicts": [], "regions": None, "pruning": None}
    for line in text.splitlines():
        item = json.loads(line)
        del item["sum"], item["of"]
        if "format" in item:
            document.update(item, format=item["format"].removesuffix("-lines"))
        elif "boxes" in item:
            document["boxes"] = {"targets": item["boxes"], "tree": []}
        elif "cuts" in item:
            document["boxes"]["tree"] += [{"cut": cut} for cut in item["cuts"]] + ["box"]
        elif "splits" in item:
            tree = document["steps"][-1].setdefault("tree", [])
            tree += [{"split": unit} for unit in item.pop("splits")] + [item]
        elif "point" in item:
            document["points"].append(item["point"])
        elif "verdict" in item:
            document["verdicts"].append(item["verdict"])
        elif "regions" in item:
            document["regions"] = {"layers": item["regions"], "counts": [], "tree": []}
        elif "cell" in item:
            document["regions"]["tree"] += item["cell"]
        elif "counts" in item:
            document["regions"].update(item)
        elif "pruning" in item:
            document.update(item)
        elif "end" not in item:
            document["steps"].append(item)
    return document


def main():
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    status = 0
    for path in sys.argv[1:]:
        text = pathlib.Path(path).read_text()
        document = document_of_lines(text) if text.startswith('{"sum": ') else json.loads(text)
        for error in validator.iter_errors(document):
            print(f"{path}: {error.json_path}: {error.message[:200]}")
            status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
