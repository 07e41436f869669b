"""A program with boto3 or aiobotocore: `boto3|aiobotocore` and `work|attack`. Exit code 3 with AWS's error code and the number of attempts on standard error."""

import asyncio
import hashlib
import sys
import urllib.request

from botocore.config import Config
from botocore.exceptions import ClientError

PHOTO = {"Bucket": "photo-uploads", "Key": "summer/noon.bmp"}
KEY = {"image": {"S": "summer/noon.bmp"}}
# botocore still presigns by SigV2 in us-east-1 where nobody asks for more, which has no region and cannot be sealed.
V4 = Config(signature_version="s3v4")
THUMBNAIL = {"Bucket": "photo-thumbnails", "Key": "python", "Body": bytes(600_000)}


def show(content):
    print(hashlib.sha256(content).hexdigest())


def presigned(url):
    # By Python's own client, as whoever was given the URL would use it.
    with urllib.request.urlopen(url) as answer:
        show(answer.read())


def boto3(attack):
    import boto3

    s3, dynamodb = boto3.client("s3", config=V4), boto3.client("dynamodb")
    if attack:
        dynamodb.scan(TableName="Customers")
        return
    show(s3.get_object(**PHOTO)["Body"].read())
    s3.put_object(**THUMBNAIL)
    dynamodb.get_item(TableName="Images", Key=KEY)
    presigned(s3.generate_presigned_url("get_object", Params=PHOTO))


async def aiobotocore(attack):
    from aiobotocore.config import AioConfig
    from aiobotocore.session import get_session

    aio = lambda config: AioConfig().merge(config)

    session = get_session()
    async with session.create_client("s3", config=aio(V4)) as s3, session.create_client("dynamodb") as dynamodb:
        if attack:
            await dynamodb.scan(TableName="Customers")
            return
        async with (await s3.get_object(**PHOTO))["Body"] as body:
            show(await body.read())
        await s3.put_object(**THUMBNAIL)
        await dynamodb.get_item(TableName="Images", Key=KEY)
        presigned(await s3.generate_presigned_url("get_object", Params=PHOTO))


try:
    if sys.argv[1] == "boto3":
        boto3(sys.argv[2] == "attack")
    else:
        asyncio.run(aiobotocore(sys.argv[2] == "attack"))
except ClientError as error:
    attempts = error.response["ResponseMetadata"].get("RetryAttempts", 0) + 1
    print(error.response["Error"]["Code"], attempts, file=sys.stderr)
    sys.exit(3)
