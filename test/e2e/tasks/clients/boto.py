"""A program with boto3: `work`, `fail` (AWS itself says no) or `attack` (what the program never does). Exit code 3 with AWS's error code on standard error."""

import sys

import boto3
from botocore.exceptions import ClientError

KEY = {"image": {"S": "summer/noon.bmp"}}


def work():
    photo = boto3.client("s3").get_object(Bucket="photo-uploads", Key="summer/noon.bmp")
    sys.stdout.buffer.write(photo["Body"].read())
    boto3.client("s3").put_object(Bucket="photo-thumbnails", Key="boto", Body=b"body-marker-thumbnail" * 20_000)
    print(sorted(boto3.client("dynamodb").get_item(TableName="Images", Key=KEY)["ResponseMetadata"]))


def fail():
    boto3.client("s3").get_object(Bucket="photo-uploads", Key="nowhere")


def attack():
    print(boto3.client("dynamodb").scan(TableName="Customers")["Items"])


try:
    {"work": work, "fail": fail, "attack": attack}[sys.argv[1]]()
except ClientError as error:
    attempts = error.response["ResponseMetadata"].get("RetryAttempts", 0) + 1
    print(error.response["Error"]["Code"], attempts, file=sys.stderr)
    sys.exit(3)
