"""The least that ASGI and ONNX Runtime can do in Python: orjson, no validation, no framework."""

import numpy as np
import orjson

from onnx_model import IDENTITY, NAMES, load

run = load()
HEADERS = (b"content-type", b"application/json")


async def read(receive):
    message = await receive()
    body = message["body"]
    while message["more_body"]:
        message = await receive()
        body += message["body"]
    return orjson.loads(body)


def single(body):
    label, probability = run(np.array([[body[name] for name in NAMES]], dtype=np.float32))
    return {"prediction": int(label[0]), "probability": float(probability[0]), **IDENTITY}


def batch(body):
    rows = [[row[name] for name in NAMES] for row in body["data"]]
    label, probability = run(np.array(rows, dtype=np.float32))
    pairs = zip(label.tolist(), probability.tolist())
    return {"predictions": [{"prediction": p, "probability": q} for p, q in pairs], **IDENTITY}


ROUTES = {"/predict_single/": single, "/predict_batch/": batch}


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    route, body = ROUTES.get(scope["path"]), await read(receive)
    status, answer = (200, orjson.dumps(route(body))) if route else (404, b"{}")
    headers = [HEADERS, (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
