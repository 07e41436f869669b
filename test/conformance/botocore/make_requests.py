"""Signed requests for every operation that botocore knows, captured where botocore would send them.

Writes two JSONL files: requests (what `rolefence identify` reads) and truth (what each of them is).
"""
import argparse
import base64
import datetime
import io
import json
import re
import sys
import time
import urllib.parse
import zlib

import botocore.session
from botocore.config import Config
from botocore.awsrequest import AWSResponse
from botocore.tokens import FrozenAuthToken

from keys import key_of, old_key
from values import Values


EXPRESS_KEY = key_of("111122223333", "ASIA", 1)


class Captured(BaseException):
    """Ends a call where it would go out. No Exception: botocore would take it for a connection error and try again."""

    def __init__(self, request):
        self.request = request


# Each: where, how addressed, how much of the optional input, and whose key.
VARIANTS = {
    "required": dict(region="us-east-1", optional=0.0, account="111122223333", kind="ASIA"),
    "optional": dict(region="eu-west-1", optional=0.9, account="444455556666", kind="AKIA"),
    "china": dict(region="cn-north-1", optional=0.3, account="222233334444", kind="ASIA", unusual=True),
    "gov-fips": dict(region="us-gov-west-1", optional=0.3, account="333344445555", kind="ASIA", use_fips_endpoint=True),
    "dualstack": dict(region="ap-southeast-2", optional=0.4, account=None, kind="old", use_dualstack_endpoint=True, unusual=True),
    "custom": dict(region="us-west-2", optional=0.2, account="555566667777", kind="ASIA", endpoint_url="https://aws.internal.example:8443/base"),
    "endpoints": dict(region="us-east-1", optional=0.1, account="666677778888", kind="ASIA", endpoints=True),
    "token": dict(region="eu-central-1", optional=0.5, account="000000000123", kind="ASIA", account_id=True),
}


# Hosts of a resource or an account of one's own, which those who call them are told.
ENDPOINTS = {
    "apigatewaymanagementapi": "https://a1b2c3.execute-api.us-east-1.amazonaws.com/prod",
    "cloudsearchdomain": "https://search-movies-abc123.us-east-1.cloudsearch.amazonaws.com",
    "iot-data": "https://a1b2c3d4e5-ats.iot.us-east-1.amazonaws.com",
    "iot-jobs-data": "https://a1b2c3d4e5.jobs.iot.us-east-1.amazonaws.com",
    "kinesis-video-archived-media": "https://b-1a2b3c4d.kinesisvideo.us-east-1.amazonaws.com",
    "kinesis-video-media": "https://s-1a2b3c4d.kinesisvideo.us-east-1.amazonaws.com",
    "kinesis-video-signaling": "https://r-1a2b3c4d.kinesisvideo.us-east-1.amazonaws.com",
    "mediaconvert": "https://abcd1234.mediaconvert.us-east-1.amazonaws.com",
    "mediastore-data": "https://abc123xyz.data.mediastore.us-east-1.amazonaws.com",
    "neptunedata": "https://db.cluster-ro-abc123.us-east-1.neptune.amazonaws.com:8182",
    **{
        service: f"https://vpce-0a1b2c3d4e5f67890-abcdefgh.{host}.us-east-1.vpce.amazonaws.com"
        for service, host in {
            "athena": "athena",
            "cloudwatch": "monitoring",
            "dynamodb": "dynamodb",
            "ec2": "ec2",
            "ecr": "api.ecr",
            "ecs": "ecs",
            "events": "events",
            "firehose": "kinesis-firehose",
            "glue": "glue",
            "kinesis": "kinesis-streams",
            "kms": "kms",
            "lambda": "lambda",
            "logs": "logs",
            "secretsmanager": "secretsmanager",
            "sesv2": "email",
            "sns": "sns",
            "sqs": "sqs",
            "ssm": "ssm",
            "stepfunctions": "states",
            "sts": "sts",
        }.items()
    },
}


def client_of(session, service, variant):
    region = variant["region"]
    endpoint = ENDPOINTS[service] if "endpoints" in variant else variant.get("endpoint_url")
    if endpoint and service.startswith("s3"):
        endpoint = endpoint.removesuffix("/base")  # S3 has keys where others have a base path.
    config = Config(
        retries={"total_max_attempts": 1},
        use_fips_endpoint=variant.get("use_fips_endpoint"),
        use_dualstack_endpoint=variant.get("use_dualstack_endpoint"),
        parameter_validation=False,
    )
    client = session.create_client(service, region_name=region, endpoint_url=endpoint, config=config)

    client.asked_for_endpoints = False

    def before_send(request, **kwargs):
        if operation_of(kwargs) == "DescribeEndpoints" and not client.asked_for_endpoints:
            return endpoints_answer(request)
        if service == "s3" and request.method == "GET" and request.url.endswith("?session"):
            return session_answer(request)
        raise Captured(request)

    client.meta.events.register("before-send.*", before_send)
    return client


class Raw:
    """What botocore reads of an answer."""

    def __init__(self, body):
        self.body = body

    def stream(self, **_):
        yield self.body

    def read(self, *_, **__):
        return self.body


def session_answer(request):
    """The answer of S3 Express to CreateSession, which comes before every other call to a directory bucket."""
    body = (
        "<CreateSessionResult><Credentials><SessionToken>token</SessionToken><SecretAccessKey>secret</SecretAccessKey>"
        "<AccessKeyId>" + EXPRESS_KEY + "</AccessKeyId><Expiration>2036-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>"
    )
    return AWSResponse(request.url, 200, {"content-type": "application/xml"}, Raw(body.encode()))


def operation_of(event):
    return event["event_name"].rsplit(".", 1)[-1]


def endpoints_answer(request):
    """Timestream's clients ask where to send a call before they send it."""
    host = request.url.split("/")[2]
    body = json.dumps({"Endpoints": [{"Address": host.replace(".", "-cell1.", 1), "CachePeriodInMinutes": 60}]})
    return AWSResponse(request.url, 200, {"content-type": "application/x-amz-json-1.0"}, Raw(body.encode()))


def body_of(request):
    body = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    body.seek(0)
    return body.read()


def scope_of(request):
    """Region and key as they stand in the signature; None where it carries none."""
    authorization = request.headers.get("Authorization", b"")
    authorization = authorization.decode() if isinstance(authorization, bytes) else authorization
    presigned = re.search(r"X-Amz-Credential=([^&]+)", request.url)
    if presigned:
        authorization = "Credential=" + urllib.parse.unquote(presigned.group(1))
    if "Credential=" not in authorization:
        old = re.search(r"AWSAccessKeyId=([A-Z0-9]+)", body_of(request).decode("latin-1") + request.url) or re.match(r"AWS ([A-Z0-9]+):", authorization)
        return (old.group(1), None) if old else (None, None)
    parts = authorization.split("Credential=")[1].split(",")[0].split("/")
    if len(parts) < 5:  # SigV4A has no region in its scope.
        return parts[0], None
    return parts[0], parts[2]


def text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def plain(value):
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, io.BytesIO):
        return "stream"
    raise TypeError(type(value))


def write(out, truth, identifier, service, operation, request, variant, params, key):
    access_key, region = scope_of(request)
    headers = [[name, text(value)] for name, value in request.headers.items()]
    out.write(json.dumps({
        "id": identifier,
        "method": request.method,
        "url": request.url,
        "headers": headers,
        "bodyBase64": base64.b64encode(body_of(request)).decode(),
    }) + "\n")
    truth.write(json.dumps({
        "id": identifier,
        "service": service,
        "operation": operation,
        "region": region if access_key else None,
        "clientRegion": variant["region"],
        "account": variant.get("account") if access_key else None,
        "accessKeyId": access_key,
        "expectedKey": key,
        "params": params,
    }, default=plain) + "\n")


def generate(variant_name, services, out, truth):
    variant = VARIANTS[variant_name]
    session = botocore.session.Session()
    account = variant["account"] or "999988887777"
    key = old_key() if variant["kind"] == "old" else key_of(account, variant["kind"])
    session.set_credentials(
        key,
        "secret",
        "token" if variant["kind"] == "ASIA" else None,
        account if variant.get("account_id") else None,
    )
    session._auth_token = FrozenAuthToken("bearer-token")
    partition = session.get_partition_for_region(variant["region"])
    failures = []
    count = 0
    for service in services:
        try:
            client = client_of(session, service, variant)
        except Exception as error:  # noqa: BLE001: told at the end
            failures.append(f"{service}: {type(error).__name__} {error}")
            continue
        model = client.meta.service_model
        for operation in model.operation_names:
            operation_model = model.operation_model(operation)
            seed = zlib.crc32(f"{variant_name}/{service}/{operation}".encode())
            values = Values(seed, partition, variant["region"], account, variant["optional"], variant.get("unusual", False))
            shape = operation_model.input_shape
            params = values.input(shape, service) if shape is not None else {}
            client.asked_for_endpoints = operation == "DescribeEndpoints"
            try:
                client._make_api_call(operation, params)
                failures.append(f"{service}.{operation}: nothing was sent")
            except Captured as captured:
                count += 1
                write(out, truth, f"{variant_name}/{service}/{operation}", service, operation, captured.request, variant, params, key)
            except Exception as error:  # noqa: BLE001: told at the end
                failures.append(f"{service}.{operation}: {type(error).__name__} {str(error)[:200]}")
    return count, failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--variant", required=True, choices=list(VARIANTS))
    parser.add_argument("--requests", required=True)
    parser.add_argument("--truth", required=True)
    parser.add_argument("--services", default="")
    options = parser.parse_args()
    services = options.services.split(",") if options.services else botocore.session.Session().get_available_services()
    if "endpoints" in VARIANTS[options.variant]:
        services = [service for service in services if service in ENDPOINTS]
    started = time.time()
    with open(options.requests, "w", encoding="utf-8") as out, open(options.truth, "w", encoding="utf-8") as truth:
        count, failures = generate(options.variant, services, out, truth)
    print(json.dumps({"requests": count, "failures": failures, "seconds": round(time.time() - started, 1)}))


if __name__ == "__main__":
    sys.exit(main())
