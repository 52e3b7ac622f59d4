"""What a running service answers on /predict for all rows, to hold other ways of asking against it."""

import json
import sys
import urllib.request

import numpy as np

port, expected_file = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
MODEL = "heart-disease"

with open(expected_file) as file:
    expected = json.load(file)
names, rows = expected["features"], np.array(expected["rows"], dtype=np.float32)


def post(path, body):
    request = urllib.request.Request(f"{base}{path}", body, {"content-type": "application/json"})
    return urllib.request.urlopen(request).read()


predictions = json.loads(post("/predict", json.dumps({"data": [dict(zip(names, row)) for row in expected["rows"]]}).encode()))
labels = np.array([one["prediction"] for one in predictions["predictions"]])
probabilities = np.array([one["probability"] for one in predictions["predictions"]], dtype=np.float32)


def hold(what, label, probability):
    assert len(labels) == 303 and label.size == 303, what
    assert (label.ravel() == labels).all(), what
    assert (probability.ravel() == probabilities).all(), what
    print("equal:", what)
