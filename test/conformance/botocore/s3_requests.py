"""S3 in all the ways that it can be addressed and signed: what `make_requests.py` makes in the ordinary way only."""
import argparse
import json
import sys
import zlib

import botocore.session
from botocore import xform_name
from botocore.config import Config

from keys import key_of
from make_requests import Captured, operation_of, session_answer, write
from values import Values

ACCOUNT = "111122223333"
OBJECTS = ["GetObject", "PutObject", "HeadObject", "DeleteObject", "GetObjectTagging", "PutObjectAcl", "CreateMultipartUpload", "UploadPart",
           "CompleteMultipartUpload", "AbortMultipartUpload", "ListParts", "GetObjectAttributes", "CopyObject", "UploadPartCopy", "RestoreObject",
           "DeleteObjectTagging", "SelectObjectContent"]
BUCKETS = ["ListObjectsV2", "ListObjects", "HeadBucket", "DeleteObjects", "GetBucketLocation", "ListMultipartUploads", "ListObjectVersions",
           "GetBucketPolicy", "PutBucketTagging", "GetBucketAcl", "CreateBucket", "DeleteBucket"]
EXPRESS = ["GetObject", "PutObject", "HeadObject", "DeleteObject", "ListObjectsV2", "HeadBucket", "DeleteObjects", "CopyObject",
           "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload", "ListParts", "RenameObject"]
POINTS = [name for name in OBJECTS if name not in ("CopyObject", "UploadPartCopy", "SelectObjectContent")] + ["ListObjectsV2"]

# name: region, bucket, client settings, operations
ADDRESSES = {
    "path": ("eu-west-1", "photo-archive", dict(s3={"addressing_style": "path"}), OBJECTS + BUCKETS),
    "virtual": ("us-east-1", "photo-archive", dict(s3={"addressing_style": "virtual"}), OBJECTS + BUCKETS),
    "regional": ("us-east-1", "photo-archive", dict(s3={"us_east_1_regional_endpoint": "regional"}), OBJECTS + BUCKETS),
    "dotted": ("eu-central-1", "pictures.example.com", {}, OBJECTS + BUCKETS),
    "dualstack": ("ap-northeast-1", "photo-archive", dict(use_dualstack_endpoint=True), OBJECTS + BUCKETS),
    "fips": ("us-west-2", "photo-archive", dict(use_fips_endpoint=True), OBJECTS + BUCKETS),
    "accelerate": ("us-west-2", "photo-archive", dict(s3={"use_accelerate_endpoint": True}), OBJECTS),
    "china": ("cn-northwest-1", "photo-archive", {}, OBJECTS + BUCKETS),
    "gov": ("us-gov-east-1", "photo-archive", {}, OBJECTS + BUCKETS),
    "access-point": ("us-west-2", f"arn:aws:s3:us-west-2:{ACCOUNT}:accesspoint/finance", {}, POINTS),
    "access-point-alias": ("us-west-2", "finance-abcdefghij0123456789abcdefghijkl-s3alias", {}, POINTS),
    "multi-region": ("us-west-2", f"arn:aws:s3::{ACCOUNT}:accesspoint/mfzwi23gnjvgw.mrap", {}, POINTS),
    "object-lambda": ("us-west-2", f"arn:aws:s3-object-lambda:us-west-2:{ACCOUNT}:accesspoint/redact", {}, ["GetObject", "HeadObject", "ListObjectsV2"]),
    "outposts": ("us-west-2", f"arn:aws:s3-outposts:us-west-2:{ACCOUNT}:outpost/op-01ac5d28a6a232904/accesspoint/app", {}, ["GetObject", "PutObject", "HeadObject", "DeleteObject", "ListObjectsV2"]),
    "express": ("us-west-2", "photos--usw2-az1--x-s3", {}, EXPRESS),
    "sigv2": ("us-east-1", "photo-archive", dict(signature_version="s3"), OBJECTS + BUCKETS),
    "custom": ("us-west-2", "photo-archive", dict(endpoint="http://minio.internal.example:9000", s3={"addressing_style": "path"}), OBJECTS + BUCKETS),
    "vpc-endpoint": ("us-west-2", "photo-archive", dict(endpoint="https://bucket.vpce-0a1b2c3d4e5f67890-abcdefgh.s3.us-west-2.vpce.amazonaws.com"), OBJECTS + BUCKETS),
}


def client_of(session, region, settings):
    settings = dict(settings)
    endpoint = settings.pop("endpoint", None)
    client = session.create_client("s3", region_name=region, endpoint_url=endpoint, config=Config(parameter_validation=False, **settings))

    def before_send(request, **kwargs):
        if operation_of(kwargs) == "CreateSession":
            return session_answer(request)
        raise Captured(request)

    client.meta.events.register("before-send.*", before_send)
    return client


class Presigned:
    """A presigned URL as somebody's HTTP client sends it."""

    def __init__(self, method, url):
        self.method, self.url, self.headers, self.body = method, url, {}, b""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", required=True)
    parser.add_argument("--truth", required=True)
    options = parser.parse_args()
    session = botocore.session.Session()
    key = key_of(ACCOUNT)
    session.set_credentials(key, "secret", "token")
    failures = []
    count = 0
    with open(options.requests, "w", encoding="utf-8") as out, open(options.truth, "w", encoding="utf-8") as truth:
        for name, (region, bucket, settings, operations) in ADDRESSES.items():
            client = client_of(session, region, settings)
            for key_name in ("folder/photo 1+é.jpg", "a"):
                for operation in operations:
                    model = client.meta.service_model.operation_model(operation)
                    values = Values(zlib.crc32(f"{name}{operation}".encode()), "aws", region, ACCOUNT, 0.0, False)
                    params = values.input(model.input_shape, "s3")
                    params["Bucket"] = bucket
                    if "Key" in params:
                        params["Key"] = key_name
                    variant = dict(region=region, account=ACCOUNT)
                    identifier = f"s3/{name}/{operation}/{len(key_name)}"
                    try:
                        client._make_api_call(operation, dict(params))
                        failures.append(f"{identifier}: nothing was sent")
                    except Captured as captured:
                        count += 1
                        write(out, truth, identifier, "s3", operation, captured.request, variant, params, key)
                    except Exception as error:  # noqa: BLE001: told at the end
                        failures.append(f"{identifier}: {type(error).__name__} {str(error)[:150]}")
                    if operation in ("GetObject", "PutObject", "ListObjectsV2", "DeleteObject", "UploadPart") and name not in ("multi-region", "express", "custom"):
                        url = client.generate_presigned_url(xform_name(operation), Params=params)
                        request = Presigned(model.http["method"], url)
                        write(out, truth, f"{identifier}/presigned", "s3", operation, request, variant, params, key)
                        count += 1
    print(json.dumps({"requests": count, "failures": failures}))


if __name__ == "__main__":
    sys.exit(main())
