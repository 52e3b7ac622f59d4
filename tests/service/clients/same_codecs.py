"""Asks a running service with what MLServer's codecs make of all rows, and holds what they make of its answers against /predict.

Usage: same_codecs.py PORT EXPECTED_JSON
"""

import numpy as np
import pandas as pd
from mlserver.codecs import NumpyCodec, PandasCodec
from mlserver.types import InferenceRequest, InferenceResponse, Parameters, RequestOutput

from answers import MODEL, hold, names, post, rows


def infer(request):
    return InferenceResponse.model_validate_json(post(f"/v2/models/{MODEL}/infer", request.model_dump_json().encode()))


for kind in (np.float32, np.float64):
    answer = infer(InferenceRequest(inputs=[NumpyCodec.encode_input("features", rows.astype(kind))]))
    hold(f"NumpyCodec, {kind.__name__}", *[NumpyCodec.decode_output(output) for output in answer.outputs])

# Codes become INT64, measures FP64; each column is a tensor.
frame = pd.DataFrame(rows.astype(np.float64), columns=names)
answer = infer(PandasCodec.encode_request(frame.astype({name: "int64" for name in names if (frame[name] % 1 == 0).all()})))
decoded = PandasCodec.decode_response(answer)
hold("PandasCodec", decoded["label"].to_numpy(), decoded["probability"].to_numpy())

wanted = [RequestOutput(name=name, parameters=Parameters(content_type="np")) for name in ("label", "probability")]
answer = infer(InferenceRequest(id="7", inputs=[NumpyCodec.encode_input("features", rows)], outputs=wanted))
assert answer.id == "7"
hold("outputs of a content type", *[NumpyCodec.decode_output(output) for output in answer.outputs])
