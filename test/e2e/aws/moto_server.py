"""moto as AWS over TLS: moto's own application behind a layer that checks signatures and tells, as one JSON line a request, what arrived. Credentials are not told."""

import io
import json
import logging
import os
import re
import sys
from pathlib import Path
from urllib.parse import parse_qs

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from verify import Wrong, verify
from werkzeug.serving import make_server


class Telling:
    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"].startswith("/moto-api/"):
            return self.application(environ, start_response)
        wrong = why_wrong(environ)
        tell({**describe(environ), "wrong": wrong})
        if wrong is None or not strict():
            return self.application(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "application/xml")])
        return [b"<Error><Code>SignatureDoesNotMatch</Code><Message>it does not match</Message></Error>"]


KEYS = Path(os.environ["KEYS_FILE"])


def strict():
    return KEYS.exists()


def why_wrong(environ):
    try:
        keys = json.loads(KEYS.read_text()) if strict() else {}
        return verify(environ, keys) if keys else None
    except Wrong as wrong:
        return str(wrong)
    except Exception as error:
        return f"it could not be checked ({type(error).__name__}: {error})"


def tell(what):
    # One write a line: print makes two, and lines of two threads would run into each other.
    os.write(1, f"{json.dumps(what)}\n".encode())


def describe(environ):
    target = environ.get("HTTP_X_AMZ_TARGET")
    scope = re.search(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    return {
        "host": environ.get("HTTP_HOST"),
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "action": target.split(".")[-1] if target else form_action(environ),
        "accessKeyId": scope.group(1) if scope else None,
        "service": scope.group(3) if scope else None,
        "payload": word(environ.get("HTTP_X_AMZ_CONTENT_SHA256")),
    }


def word(payload):
    return "hash" if payload and re.fullmatch("[0-9a-f]{64}", payload) else payload


def form_action(environ):
    if "x-www-form-urlencoded" not in environ.get("CONTENT_TYPE", ""):
        return None
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return parse_qs(body.decode("utf-8", "replace")).get("Action", [None])[0]


class Quiet(MotoRequestHandler):
    def log(self, *_):
        pass


certificate, key = sys.argv[1:]
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server(
    "127.0.0.1",
    0,
    Telling(DomainDispatcherApplication(create_backend_app)),
    threaded=True,
    request_handler=Quiet,
    ssl_context=(certificate, key),
)
tell({"port": server.port})
server.serve_forever()
