"""An upload whose every chunk is signed, as older SDKs make it over http: by botocore's signer. `host port cafile path-of-body trailer|plain [what to break]`."""

import datetime
import hashlib
import os
import socket
import ssl
import sys

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

host, port, cafile, body_file, form, *broken = sys.argv[1:]
content = open(body_file, "rb").read()
chunks = [content[at : at + 65_536] for at in range(0, len(content), 65_536)] + [b""]
kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if form == "trailer" else "")
trailer = "x-amz-checksum-sha256:x" if form == "trailer" else None


class Chunked(S3SigV4Auth):
    def payload(self, request):
        return kind


moment = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
credentials = Credentials(*(os.environ[f"AWS_{name}"] for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")))
auth = Chunked(credentials, "s3", "us-east-1")
overhead = sum(len(f"{len(c):x};chunk-signature=") + 64 + 4 for c in chunks)
length = len(content) + overhead + (len(trailer) + 2 + len("x-amz-trailer-signature:") + 64 + 2 - 2 + 2 if trailer else 0)
request = AWSRequest(
    method="PUT",
    url=f"https://{host}/chunked/{form}",
    headers={
        "x-amz-decoded-content-length": str(len(content)),
        "content-encoding": "aws-chunked",
        **({"x-amz-trailer": "x-amz-checksum-sha256"} if trailer else {}),
    },
)
request.context["payload_signing_enabled"] = True
auth.add_auth(request)
moment = request.context["timestamp"]
previous = request.headers["Authorization"].rsplit("Signature=", 1)[1]


def sign(kind, rest):
    global previous
    text = "\n".join([kind, moment, auth.credential_scope(request), previous, rest])
    previous = auth.signature(text, request)
    return previous


parts = []
for chunk in chunks:
    rest = hashlib.sha256(b"").hexdigest() + "\n" + hashlib.sha256(chunk).hexdigest()
    parts.append(f"{len(chunk):x};chunk-signature={sign('AWS4-HMAC-SHA256-PAYLOAD', rest)}\r\n".encode())
    parts.append(chunk + (b"\r\n" if chunk or not trailer else b""))
if trailer:
    signature = sign("AWS4-HMAC-SHA256-TRAILER", hashlib.sha256(f"{trailer}\n".encode()).hexdigest())
    parts.append(f"{trailer}\r\nx-amz-trailer-signature:{signature}\r\n\r\n".encode())
body = b"".join(parts)
if "chunk" in broken:
    body = body[:1000] + bytes([body[1000] ^ 1]) + body[1001:]
request.headers["Content-Length"] = str(len(body))
head = f"PUT /chunked/{form} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
head += "".join(f"{name}: {value}\r\n" for name, value in request.headers.items() if name.lower() != "host")
context = ssl.create_default_context(cafile=cafile)
try:
    with socket.create_connection(("127.0.0.1", int(port)), 20) as plain, context.wrap_socket(plain, server_hostname=host) as s:
        s.sendall(f"{head}\r\n".encode("latin-1") + body)
        answer = s.recv(65_536).decode("latin-1")
    print(answer.split("\r\n")[0])
except OSError as error:
    print(type(error).__name__)
