#!/usr/bin/env python3
"""Validates certificates against docs/schema/certificate-2.schema.json.

Usage: validate_schema.py cert.json ...   (needs the package jsonschema)
"""

import json
import pathlib
import sys

import jsonschema

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "docs/schema/certificate-2.schema.json"


def main():
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    status = 0
    for path in sys.argv[1:]:
        document = json.loads(pathlib.Path(path).read_text())
        for error in validator.iter_errors(document):
            print(f"{path}: {error.json_path}: {error.message[:200]}")
            status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
