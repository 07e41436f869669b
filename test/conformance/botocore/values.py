"""Plausible values for an operation's input, by the shape and the name of each member."""
import datetime
import random

ORDINARY = ["orders", "photo-archive", "a1b2c3d4", "main", "reports-2026", "team_blue"]
# What paths, queries and JSON must escape: a reader that decodes twice, or not at all, shows here. What would look escaped after decoding
# once ("100%25") is left out: it is ambiguous by intention.
UNUSUAL = ["new orders", "50% off", "a/b", "a+b", "naïve", "x=y&z", "it's", "tab\there", "semi;colon", "a:b", "(x)*"]


# What endpoint rules read must have the form that they ask for.
FORMS = {
    ("cloudfront-keyvaluestore", "KvsARN"): "arn:{partition}:cloudfront::{account}:key-value-store/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
    ("kinesis", "ResourceARN"): "arn:{partition}:kinesis:{region}:{account}:stream/orders",
    ("kinesis", "ConsumerARN"): "arn:{partition}:kinesis:{region}:{account}:stream/orders/consumer/app:1699999999",
    ("kinesis", "QueueARN"): "arn:{partition}:kinesis:{region}:{account}:queue/main",
    ("machinelearning", "PredictEndpoint"): "https://realtime.machinelearning.{region}.amazonaws.com",
    ("opensearchmemory", "SpaceId"): "a1b2c3d4",
    ("opensearchmemory", "spaceId"): "a1b2c3d4",
    ("events", "EndpointId"): "abcde.veo",
    ("sesv2", "EndpointId"): "abcde.ghi",
    ("s3", "Bucket"): "photo-archive",
    ("s3", "ChecksumAlgorithm"): "SHA256",
    ("s3control", "AccountId"): "{account}",
    ("dynamodb", "Statement"): 'SELECT * FROM "Orders" WHERE "id" = 7',
    ("s3", "CopySource"): "source-bucket/folder/object",
}


class Values:
    def __init__(self, seed, partition, region, account, optional, unusual):
        self.random = random.Random(seed)
        self.partition = partition
        self.region = region
        self.account = account
        self.optional = optional
        self.unusual = unusual

    def input(self, shape, service):
        self.service = service
        return self.structure(shape, 0, [])

    def structure(self, shape, depth, trail):
        required = set(shape.required_members)
        if getattr(shape, "is_tagged_union", False):
            name = self.random.choice(list(shape.members))
            return {name: self.value(name, shape.members[name], depth + 1, trail + [shape.name])}
        out = {}
        for name, member in shape.members.items():
            if member.serialization.get("eventstream"):
                continue
            if name not in required:
                if trail.count(shape.name) > 0 or depth > 3:
                    continue
                if self.random.random() >= self.optional:
                    continue
                if member.type_name in ("structure", "list", "map") and depth > 1:
                    continue
            if trail.count(shape.name) > 2:
                continue
            out[name] = self.value(name, member, depth + 1, trail + [shape.name], name in required)
        return out

    def value(self, name, shape, depth, trail, required=True):
        kind = shape.type_name
        if getattr(shape, "is_document_type", False):
            return {"answer": 42, "list": ["x"]}
        if kind == "structure":
            if getattr(shape, "is_eventstream", False):
                return {}
            return self.structure(shape, depth, trail)
        if kind == "list":
            least = shape.metadata.get("min", 0)
            most = shape.metadata.get("max", 1000)
            if depth > 6 and least == 0:
                return []
            count = max(least, min(most, self.random.choice([1, 1, 2])))
            return [self.value(singular(name), shape.member, depth + 1, trail) for _ in range(count)]
        if kind == "map":
            if depth > 6:
                return {}
            count = max(shape.metadata.get("min", 0), 1)
            return {
                (f"{self.string('Key', shape.key)}{i}" if i else self.string("Key", shape.key)): self.value(
                    name, shape.value, depth + 1, trail
                )
                for i in range(count)
            }
        if kind == "string":
            return self.string(name, shape, required)
        if kind in ("integer", "long"):
            return int(self.number(shape, 7))
        if kind in ("float", "double"):
            return float(self.number(shape, 1.5))
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind == "blob":
            return self.blob(shape)
        if kind == "timestamp":
            return datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.timezone.utc)
        raise ValueError(kind)

    def number(self, shape, wanted):
        low = shape.metadata.get("min", 1)
        high = shape.metadata.get("max", 10**9)
        return min(max(wanted, float(low)), float(high))

    def blob(self, shape):
        least = int(shape.metadata.get("min", 0))
        return b"\x00\x01payload".ljust(least, b"x")

    def string(self, name, shape, required=True):
        form = FORMS.get((self.service, name))
        if form is not None:
            return form.format(partition=self.partition, region=self.region, account=self.account)
        if shape.enum:
            return self.random.choice([value for value in shape.enum if value] or [""])
        least = int(shape.metadata.get("min", 0))
        most = int(shape.metadata.get("max", 10**6))
        text = self.named(name, shape)
        if len(text) < least:
            text = text + "x" * (least - len(text))
        return text[: max(most, 1)]

    def named(self, name, shape):
        lower = name.lower()
        word = self.random.choice(ORDINARY)
        serialized = shape.serialization
        if serialized.get("hostLabel") or getattr(shape, "context_parameter", None):
            if lower == "bucket":
                return word.replace("_", "-")
            if "account" in lower:
                return self.account
            if not lower.endswith("arn"):
                return word.replace("_", "-")
        if lower.endswith("arn") or lower.endswith("arns"):
            return self.arn(name)
        if "accountid" in lower or lower in ("account", "awsaccountid", "owner", "catalogid", "registryid"):
            return self.account
        if lower.endswith("url") or lower.endswith("uri"):
            if lower == "queueurl":
                return f"https://sqs.{self.region}.amazonaws.com/{self.account}/{word}"
            return f"https://example.com/{word}"
        if lower in ("region", "sourceregion", "regionname", "destinationregion"):
            return self.region
        if self.unusual and serialized.get("location") != "header" and self.random.random() < 0.5:
            return self.random.choice(UNUSUAL)
        if lower == "tablename":
            return word.title()
        return word

    def arn(self, name):
        kind = name[:-4] if name.lower().endswith("arns") else name[:-3]
        if kind.lower().endswith("role"):
            return f"arn:{self.partition}:iam::{self.account}:role/{self.random.choice(ORDINARY)}"
        kind = "".join(ch for ch in kind if ch.isalnum()).lower() or "thing"
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{kind}/{self.random.choice(ORDINARY)}"


def singular(name):
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name
