"""Checks signatures as strictly as AWS: every one is made again by botocore's own signer with the keys that are known, chunk by chunk where chunks are signed."""

import datetime
import hashlib
import hmac
import io
import re
from urllib.parse import parse_qsl, unquote

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

EMPTY = hashlib.sha256(b"").hexdigest()
FORM = "%Y%m%dT%H%M%SZ"


class Wrong(Exception):
    pass


def _exactly(base):
    """botocore's signer, but for the choice of fields and of the path: those are the client's."""

    class Exactly(base):
        signed = ()

        def headers_to_sign(self, request):
            chosen = super().headers_to_sign(request)
            for name in set(chosen.keys()):
                if name.lower() not in self.signed:
                    del chosen[name]
            # What botocore leaves out, and the SDK for Java 1 signs: User-Agent.
            for name in self.signed:
                if name not in chosen and name in request.headers:
                    chosen[name] = request.headers[name]
            return chosen

    return Exactly


def verify(environ, keys):
    """Null where nobody signed; the reason where AWS would refuse it. `keys`: secret and token by key id."""
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]
    target, _, query = re.sub(r"^https?://[^/]+", "", raw).partition("?")
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    if authorization.startswith("AWS4-HMAC-SHA256"):
        found = re.match(r"AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$", authorization)
        if found is None:
            raise Wrong("an Authorization field that is not understood")
        credential, names, signature = found.groups()
        time = environ.get("HTTP_X_AMZ_DATE", "")
        token = environ.get("HTTP_X_AMZ_SECURITY_TOKEN")
        presigned = False
    elif "X-Amz-Signature" in parameters:
        credential, names, signature = (
            parameters.get(name, "") for name in ("X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Signature")
        )
        time, token, presigned = parameters.get("X-Amz-Date", ""), parameters.get("X-Amz-Security-Token"), True
        query = "&".join(pair for pair in query.split("&") if not pair.startswith("X-Amz-Signature="))
    elif authorization:
        raise Wrong("a signature of another kind")
    else:
        return
    key_id, day, region, service, end = credential.split("/")
    if end != "aws4_request" or not time.startswith(day):
        raise Wrong("a scope that does not fit its date")
    if key_id not in keys:
        raise Wrong("an unknown key")
    secret, known_token = keys[key_id]
    if token != known_token:
        raise Wrong("another session token")
    moment = datetime.datetime.strptime(time, FORM).replace(tzinfo=datetime.timezone.utc)
    late = (datetime.datetime.now(datetime.timezone.utc) - moment).total_seconds()
    if abs(late) > 900 and not (presigned and 0 <= late <= int(parameters.get("X-Amz-Expires", "0"))):
        raise Wrong("a date that is too far off")
    body = _body(environ)
    headers = {
        name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if name in environ:
            headers[name.replace("_", "-").lower()] = environ[name]
    signed = names.split(";")
    if "host" not in signed:
        raise Wrong("a host that is not signed")
    claimed = headers.get("x-amz-content-sha256") or ("UNSIGNED-PAYLOAD" if presigned and service == "s3" else None)
    if claimed is None:
        claimed = hashlib.sha256(body).hexdigest()
    elif re.fullmatch("[0-9a-f]{64}", claimed) and claimed != hashlib.sha256(body).hexdigest():
        raise Wrong("another body than its hash says")
    credentials = Credentials(key_id, secret, token)
    auth = _exactly(S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, region)
    auth.signed = signed
    request = AWSRequest(
        method=environ["REQUEST_METHOD"],
        url=f"https://{headers['host']}{target}{'?' + query if query else ''}",
        headers={**headers, "x-amz-content-sha256": claimed},
        data=body,
    )
    request.context["timestamp"] = time
    wanted = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    if not hmac.compare_digest(wanted, signature):
        raise Wrong("another signature")
    if claimed.startswith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"):
        _chunks(body, auth, request, signature, claimed.endswith("-TRAILER"))


def _body(environ):
    stream = environ["wsgi.input"]
    chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "")
    body = stream.read() if chunked else stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _chunks(body, auth, request, seed, trailers):
    previous = seed

    def check(signature, kind, rest):
        nonlocal previous
        text = "\n".join([kind, request.context["timestamp"], auth.credential_scope(request), previous, rest])
        if not hmac.compare_digest(auth.signature(text, request), signature):
            raise Wrong("another signature of a chunk")
        previous = signature

    while True:
        line, _, body = body.partition(b"\r\n")
        found = re.fullmatch(rb"([0-9a-fA-F]+);chunk-signature=([0-9a-f]{64})", line)
        if found is None:
            raise Wrong("a chunk without a signature")
        size = int(found.group(1), 16)
        data, body = body[:size], body[size:]
        rest = f"{EMPTY}\n{hashlib.sha256(data).hexdigest()}"
        check(found.group(2).decode(), "AWS4-HMAC-SHA256-PAYLOAD", rest)
        if size == 0:
            break
        if not body.startswith(b"\r\n"):
            raise Wrong("a chunk that is longer than it says")
        body = body[2:]
    if trailers:
        lines, _, _ = body.partition(b"\r\n\r\n")
        *fields, last = lines.decode("latin-1").split("\r\n")
        canonical = "".join(sorted(f"{f.partition(':')[0].lower()}:{f.partition(':')[2].strip()}\n" for f in fields))
        rest = hashlib.sha256(canonical.encode("latin-1")).hexdigest()
        check(unquote(last.partition(":")[2]), "AWS4-HMAC-SHA256-TRAILER", rest)
