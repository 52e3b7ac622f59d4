"""FastAPI + pydantic + scikit-learn: what a data scientist deploys first. One call of predict_proba gives both figures."""

import os

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})

import joblib
import numpy as np
import sklearn
from fastapi import FastAPI

from features import Batch, Features, Prediction, Predictions

IDENTITY = {"release": "v1", "modelVersion": "1.0.0", "pod": "online-inference"}
# Documented to speed up predictions: no search for NaN in input that was checked already.
sklearn.set_config(assume_finite=True, skip_parameter_validation=True)
app = FastAPI()
pipeline = joblib.load(os.environ["PIPELINE_FILE"])


def predict(rows):
    return pipeline.predict_proba(np.array(rows, dtype=np.float64))[:, 1].tolist()


@app.post("/predict_single/")
async def single(features: Features) -> Prediction:
    [probability] = predict([features.row()])
    return {"prediction": int(probability > 0.5), "probability": probability, **IDENTITY}


@app.post("/predict_batch/")
async def batch(body: Batch) -> Predictions:
    answers = [{"prediction": int(p > 0.5), "probability": p} for p in predict([f.row() for f in body.data])]
    return {"predictions": answers, **IDENTITY}
