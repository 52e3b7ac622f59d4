"""MLServer's custom runtime on its own protocol, Open Inference Protocol v2 as JSON; no parallel worker, no metrics."""

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

from onnx_model import load


class Runtime(MLModel):
    async def load(self) -> bool:
        self.run = load()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        label, probability = self.run(NumpyCodec.decode_input(payload.inputs[0]).astype(np.float32, copy=False))
        outputs = [NumpyCodec.encode_output("label", label), NumpyCodec.encode_output("probability", probability)]
        return InferenceResponse(model_name=self.name, model_version="1.0.0", outputs=outputs)
