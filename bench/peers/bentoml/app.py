"""BentoML: `async def` runs on the event loop, as it advises for what does not block; the body is the one argument."""

import bentoml
import numpy as np

from features import Batch, Features, Prediction, Predictions
from onnx_model import IDENTITY, load


@bentoml.service(workers=1, metrics={"enabled": False}, logging={"access": {"enabled": False}})
class Service:
    def __init__(self):
        self.run = load()

    @bentoml.api(route="/predict_single/")
    async def single(self, features: Features, /) -> Prediction:
        label, probability = self.run(np.array([features.row()], dtype=np.float32))
        return Prediction(prediction=int(label[0]), probability=float(probability[0]), **IDENTITY)

    @bentoml.api(route="/predict_batch/")
    async def batch(self, body: Batch, /) -> Predictions:
        label, probability = self.run(np.array([features.row() for features in body.data], dtype=np.float32))
        pairs = zip(label.tolist(), probability.tolist())
        return Predictions(predictions=[{"prediction": p, "probability": q} for p, q in pairs], **IDENTITY)
