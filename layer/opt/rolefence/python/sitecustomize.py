"""Runs at the start of the function's Python where its credentials are sealed (the wrapper puts this folder first on PYTHONPATH).

What botocore presigns with placeholders is of use here only. So a URL or a login token, once made, is signed anew by the sensor, which judges it as the call that it
permits: generate_presigned_url, generate_db_auth_token, tokens for EKS and whatever else ends in botocore's RequestSigner; forms for S3 by generate_presigned_post. Nothing
here may stop the function.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
_PLACEHOLDER = "Rolefence"


def _next_sitecustomize():
    """The one that this file hides, if there is one: Python imports only the first."""
    places = [place for place in sys.path if os.path.abspath(place or os.curdir) != _HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", places)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


def _presign_at_sensor(secret, asked):
    import hashlib
    import hmac
    import http.client
    import json

    body = json.dumps(asked).encode()
    proof = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["ROLEFENCE_SENSOR_PORT"]), timeout=10)
    try:
        connection.request(
            "POST", "/presign", body, {"Content-Type": "application/json", "X-Rolefence-Proof": proof}
        )
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def _resealed(frozen, request, operation_name, url):
    """The same URL signed anew; itself where it bears no placeholder's signature. Raises what the SDK raises where AWS refuses."""
    if request is None or not str(frozen.token).startswith(_PLACEHOLDER) or "X-Amz-Signature=" not in url:
        return url
    covered = _covered(url)
    headers = {}
    for name, value in request.headers.items():
        name = str(name).lower()
        if name in covered and name != "host":
            headers[name] = value if isinstance(value, str) else bytes(value).decode("latin-1")
    return _signed(frozen, {"method": request.method, "url": url, "headers": headers}, operation_name)["url"]


def _resealed_form(frozen, form):
    fields = form["fields"]
    if not str(frozen.token).startswith(_PLACEHOLDER):
        return form
    if "x-amz-signature" not in fields:
        _say("a form for S3 is signed by SigV2 with placeholders: AWS will refuse it; use signature_version s3v4")
        return form
    for name, value in _signed(frozen, {"url": form["url"], "fields": fields}, "PutObject")["fields"].items():
        if value:
            fields[name] = value
        else:
            fields.pop(name, None)
    return form


def _signed(frozen, asked, operation_name):
    status, answer = _presign_at_sensor(frozen.secret_key, asked)
    if status == 200:
        return answer
    from botocore.exceptions import ClientError

    error = {"Code": answer.get("code", "ServiceUnavailable"), "Message": answer.get("message", "")}
    raise ClientError({"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}, operation_name)


def _noting_requests(signers):
    """What is presigned is told by the request as it was signed: handlers may have added fields (tokens for EKS)."""
    from contextvars import ContextVar

    made = ContextVar("rolefence_presigned", default=None)
    create = signers.create_request_object

    def create_request_object(*args, **kwargs):
        request = create(*args, **kwargs)
        made.set(request)
        return request

    signers.create_request_object = create_request_object
    return made


def _patch_signers(signers):
    made = _noting_requests(signers)
    original = signers.RequestSigner.generate_presigned_url

    def generate_presigned_url(self, request_dict, operation_name, *args, **kwargs):
        made.set(None)
        url = original(self, request_dict, operation_name, *args, **kwargs)
        credentials = self._credentials
        frozen = credentials.get_frozen_credentials() if credentials is not None else None
        return url if frozen is None else _resealed(frozen, made.get(), operation_name, url)

    signers.RequestSigner.generate_presigned_url = generate_presigned_url

    post = signers.S3PostPresigner.generate_presigned_post

    def generate_presigned_post(self, *args, **kwargs):
        credentials = self._request_signer._credentials
        form = post(self, *args, **kwargs)
        return form if credentials is None else _resealed_form(credentials.get_frozen_credentials(), form)

    signers.S3PostPresigner.generate_presigned_post = generate_presigned_post


def _patch_aio_signers(signers):
    made = _noting_requests(signers)
    original = signers.AioRequestSigner.generate_presigned_url

    async def generate_presigned_url(self, request_dict, operation_name, *args, **kwargs):
        made.set(None)
        url = await original(self, request_dict, operation_name, *args, **kwargs)
        credentials = self._credentials
        frozen = await credentials.get_frozen_credentials() if credentials is not None else None
        # Loopback, and a fraction of a millisecond: not worth a thread.
        return url if frozen is None else _resealed(frozen, made.get(), operation_name, url)

    signers.AioRequestSigner.generate_presigned_url = generate_presigned_url

    post = signers.AioS3PostPresigner.generate_presigned_post

    async def generate_presigned_post(self, *args, **kwargs):
        credentials = self._request_signer._credentials
        form = await post(self, *args, **kwargs)
        return form if credentials is None else _resealed_form(await credentials.get_frozen_credentials(), form)

    signers.AioS3PostPresigner.generate_presigned_post = generate_presigned_post


def _covered(url):
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(url).query).get("X-Amz-SignedHeaders", [""])[0].split(";")


def _patch_client(client):
    # boto3 presigns S3 URLs by SigV2 in some regions, which cannot be sealed: by SigV4, as everywhere else.
    creator = client.ClientCreator
    if hasattr(creator, "_default_s3_presign_to_sigv2"):
        creator._default_s3_presign_to_sigv2 = lambda self, signature_version, **kwargs: None


def _say(message):
    sys.stderr.write('{"level":"WARN","message":"rolefence: %s"}\n' % message)


_PATCHES = {
    "botocore.signers": _patch_signers,
    "botocore.client": _patch_client,
    "aiobotocore.signers": _patch_aio_signers,
}


class _AfterImport(importlib.abc.MetaPathFinder):
    """Lets a module be found by those who find it always, and changes it when it has run."""

    def find_spec(self, name, path=None, target=None):
        patch = _PATCHES.get(name)
        if patch is None:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                break
        else:
            return None
        if spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            try:
                patch(module)
            except Exception:
                _say("the presigner of this botocore cannot be led to the sensor: what it presigns is of use here only")

        spec.loader.exec_module = exec_module
        return spec


try:
    if str(os.environ.get("AWS_SESSION_TOKEN")).startswith(_PLACEHOLDER) and os.environ.get("ROLEFENCE_SENSOR_PORT"):
        sys.meta_path.insert(0, _AfterImport())
except Exception:
    pass

# An error of the hidden one is reported as Python reports it always.
_next_sitecustomize()
