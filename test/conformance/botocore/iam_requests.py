"""Requests for the expectations under `../iam`: what a line gives is set, what else is required is filled in."""
import argparse
import json
import pathlib
import sys
import zlib

import botocore.session

from keys import key_of
from make_requests import VARIANTS, Captured, client_of, write
from values import Values

ACCOUNT = "111122223333"


def lines():
    for file in sorted((pathlib.Path(__file__).parent.parent / "iam").glob("*.txt")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if " | " in line:
                operations, given = line.split(" | ")[:2]
                yield file.stem, number, operations.split(), json.loads(given)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", required=True)
    parser.add_argument("--truth", required=True)
    options = parser.parse_args()
    session = botocore.session.Session()
    key = key_of(ACCOUNT)
    session.set_credentials(key, "secret", "token")
    variant = VARIANTS["required"]
    clients = {}
    failures = []
    with open(options.requests, "w", encoding="utf-8") as out, open(options.truth, "w", encoding="utf-8") as truth:
        for service, number, operations, given in lines():
            if service not in clients:
                clients[service] = client_of(session, service, variant)
            client = clients[service]
            for operation in operations:
                shape = client.meta.service_model.operation_model(operation).input_shape
                values = Values(zlib.crc32(f"{service}{operation}".encode()), "aws", "us-east-1", ACCOUNT, 0.0, False)
                params = values.input(shape, service) if shape is not None else {}
                params.update({name: value for name, value in given.items() if shape is not None and name in shape.members})
                identifier = f"{service}:{number}:{operation}"
                client.asked_for_endpoints = operation == "DescribeEndpoints"
                try:
                    client._make_api_call(operation, params)
                    failures.append(f"{identifier}: nothing was sent")
                except Captured as captured:
                    write(out, truth, identifier, service, operation, captured.request, variant, params, key)
                except Exception as error:  # noqa: BLE001: told at the end
                    failures.append(f"{identifier}: {type(error).__name__} {str(error)[:150]}")
    print(json.dumps({"failures": failures}))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
