import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    """Reads one order: all that this function should ever do in AWS."""
    return table.get_item(Key={"id": event["id"]}).get("Item")
