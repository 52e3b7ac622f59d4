"""FastAPI + pydantic + ONNX Runtime. `async def`, since a run takes microseconds and a thread pool costs more; return types
are declared, with which FastAPI serializes by pydantic-core."""

import numpy as np
from fastapi import FastAPI

from features import Batch, Features, Prediction, Predictions
from onnx_model import IDENTITY, load

app = FastAPI()
run = load()


@app.post("/predict_single/")
async def single(features: Features) -> Prediction:
    label, probability = run(np.array([features.row()], dtype=np.float32))
    return {"prediction": int(label[0]), "probability": float(probability[0]), **IDENTITY}


@app.post("/predict_batch/")
async def batch(body: Batch) -> Predictions:
    label, probability = run(np.array([features.row() for features in body.data], dtype=np.float32))
    pairs = zip(label.tolist(), probability.tolist())
    return {"predictions": [{"prediction": p, "probability": q} for p, q in pairs], **IDENTITY}
