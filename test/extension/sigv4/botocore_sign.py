"""Signs requests as botocore does: JSON lines in, JSON lines out. A line is {"how","method","url","headers","body","service","region","keys","time"}."""

import datetime
import functools
import json
import sys

import botocore.auth
import botocore.compat
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SIGNERS = {
    "header": botocore.auth.SigV4Auth,
    "s3": botocore.auth.S3SigV4Auth,
    "s3express": functools.partial(botocore.auth.S3ExpressAuth, identity_cache=None),
    "query": botocore.auth.SigV4QueryAuth,
    "s3-query": botocore.auth.S3SigV4QueryAuth,
}
moment = None
botocore.auth.get_current_datetime = lambda *_, **__: moment

for line in sys.stdin:
    what = json.loads(line)
    moment = datetime.datetime.strptime(what["time"], "%Y%m%dT%H%M%SZ")
    credentials = Credentials(*what["keys"])
    request = AWSRequest(method=what["method"], url=what["url"], headers=what["headers"], data=what["body"].encode())
    if what["payload"] is not None:
        request.context["payload_signing_enabled"] = what["payload"]
    SIGNERS[what["how"]](credentials, what["service"], what["region"]).add_auth(request)
    prepared = request.prepare()
    headers = [
        [name, value if isinstance(value, str) else value.decode("latin-1")] for name, value in prepared.headers.items()
    ]
    print(json.dumps({"url": prepared.url, "headers": headers}))
