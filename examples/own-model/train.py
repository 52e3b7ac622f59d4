"""Trains two classifiers on data sets of scikit-learn's own package, and writes each with its card and scikit-learn's answers:
breast-cancer (two classes, a logistic regression) and wine (three classes, a random forest).

Run it in a virtual environment with service/model/requirements.txt: `python train.py [folder]`; by default it writes beside itself.
The models are exported as skl2onnx does it, but without ZipMap: no node is added or named for the service.
"""

import os

# Before numpy and onnxruntime are loaded: one thread for a fixed order of sums, and no telemetry.
os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ORT_DISABLE_TELEMETRY": "1"})

import hashlib
import json
import math
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SEED = 3
# Every so many rows are written with scikit-learn's answers, which the tests compare the service with.
EVERY = 4
MODELS = {
    "breast-cancer": (
        "breast cancer",
        load_breast_cancer,
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
    ),
    "wine": ("wine", load_wine, RandomForestClassifier(n_estimators=20, max_depth=4, random_state=SEED)),
}


def feature(name, column):
    """A feature of a card. Its range is wide, but keeps nonsense out: from 0, as nothing here is negative, to thrice the greatest."""
    greatest = float(np.max(column))
    digits = 10.0 ** math.floor(math.log10(3 * greatest))
    return {"name": name, "type": "number", "minimum": 0, "maximum": round(math.ceil(3 * greatest / digits) * digits, 9)}


def card(name, title, data, pipeline, model, rows):
    probabilities = [round(float(value), 9) for value in pipeline.predict_proba(rows[:1])[0]]
    two = len(data.target_names) == 2
    return {
        "model": name,
        "modelVersion": "1.0.0",
        "title": title,
        "about": f"a model trained on the data set {title} of scikit-learn {version('scikit-learn')}",
        "features": [feature(feature_name, column) for feature_name, column in zip(data.feature_names, rows.T)],
        "classes": [{"label": label, "name": str(text)} for label, text in enumerate(data.target_names)],
        "onnx": {"sha256": hashlib.sha256(model).hexdigest()},
        "selfCheck": {
            "features": dict(zip(data.feature_names, rows[0].tolist())),
            **({"probability": probabilities[1]} if two else {"probabilities": probabilities}),
            "tolerance": 0.001,
        },
    }


def parity(model, rows, pipeline):
    """How far ONNX Runtime is from scikit-learn at most."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    label, probabilities = session.run(None, {session.get_inputs()[0].name: rows.astype(np.float32)})
    if not np.array_equal(label, pipeline.predict(rows)):
        raise SystemExit("ONNX and scikit-learn give different labels")
    return float(np.max(np.abs(probabilities - pipeline.predict_proba(rows))))


def write(folder, name):
    title, load, pipeline = MODELS[name]
    data = load()
    # The model's inputs are float32, so it is trained and asked by the same numbers.
    rows = data.data.astype(np.float32).astype(np.float64)
    train, _ = train_test_split(np.arange(len(rows)), test_size=0.2, random_state=SEED)
    pipeline.fit(rows[train], data.target[train])
    options = {id(pipeline): {"zipmap": False}}
    model = to_onnx(pipeline, rows[:1].astype(np.float32), options=options, target_opset={"": 18, "ai.onnx.ml": 3}, name=name)
    content = model.SerializeToString(deterministic=True)
    asked = rows[::EVERY]
    answers = {
        "features": [str(feature_name) for feature_name in data.feature_names],
        "rows": asked.tolist(),
        "prediction": pipeline.predict(asked).tolist(),
        "probabilities": pipeline.predict_proba(asked).tolist(),
        "maxAbsDifference": parity(content, rows, pipeline),
    }
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    (target / "model.onnx").write_bytes(content)
    for file, value, indent in [
        ("card.json", card(name, title, data, pipeline, content, rows), 2),
        ("expected.json", answers, None),
    ]:
        (target / file).write_text(json.dumps(value, indent=indent) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for model_name in MODELS:
        write(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent), model_name)
