"""Asks a running service by tritonclient and by kserve's client, and holds their numbers against those of /predict.

Usage: same_answers.py PORT EXPECTED_JSON
"""

import asyncio

import numpy as np
import tritonclient.http as triton
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

from answers import MODEL, base, hold, names, port, rows


def by_triton():
    client = triton.InferenceServerClient(f"127.0.0.1:{port}")
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(MODEL)
    assert client.get_model_metadata(MODEL)["name"] == MODEL
    tensor = triton.InferInput("features", [len(rows), 13], "FP32")
    tensor.set_data_from_numpy(rows)
    answer = client.infer(MODEL, [tensor])
    hold("tritonclient, default settings", answer.as_numpy("label"), answer.as_numpy("probability"))
    for algorithm in ("gzip", "deflate"):
        answer = client.infer(MODEL, [tensor], request_compression_algorithm=algorithm)
        hold(f"tritonclient, {algorithm}", answer.as_numpy("label"), answer.as_numpy("probability"))
    tensor.set_data_from_numpy(rows, binary_data=False)
    outputs = [triton.InferRequestedOutput(name, binary_data=False) for name in ("label", "probability")]
    answer = client.infer(MODEL, [tensor], outputs=outputs)
    hold("tritonclient, JSON", answer.as_numpy("label"), answer.as_numpy("probability"))
    columns = []
    for index, name in enumerate(names):
        column = triton.InferInput(name, [len(rows), 1], "FP64")
        column.set_data_from_numpy(rows[:, index : index + 1].astype(np.float64))
        columns.append(column)
    answer = client.infer(MODEL, columns)
    hold("tritonclient, 13 named tensors", answer.as_numpy("label"), answer.as_numpy("probability"))


async def by_kserve():
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    assert await client.is_server_live(base) and await client.is_server_ready(base)
    for binary in (True, False):
        tensor = InferInput("features", [len(rows), 13], "FP32")
        tensor.set_data_from_numpy(rows, binary_data=binary)
        answer = await client.infer(base, InferRequest(MODEL, [tensor]), model_name=MODEL)
        outputs = {one.name: one.as_numpy() for one in answer.outputs}
        hold(f"kserve, binary {binary}", outputs["label"], outputs["probability"])
    await client.close()


by_triton()
asyncio.run(by_kserve())
