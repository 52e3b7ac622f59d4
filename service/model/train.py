"""Trains both releases and writes v1.onnx, v2.onnx, their cards, that of v3-broken, and scikit-learn's own answers
(expected.json).

Run it in a virtual environment with requirements.txt: `python train.py`. The same machine gives the same bytes each time;
another processor may differ in the last bits, because linear algebra libraries choose their kernels by processor.
"""

import os

# Before numpy and onnxruntime are loaded: one thread for a fixed order of sums, and no telemetry.
os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ORT_DISABLE_TELEMETRY": "1"})

import hashlib
import json
import math
import platform
from importlib.metadata import version

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

import dataset
import export

SEED = 3
TEST_SHARE = 0.2
MODEL = "heart-disease"
# The row by which the service checks its model when it starts: a clear case, so that a mix-up is found. The tolerance is
# wider than any processor's rounding and narrower than the difference between two models.
CHECK_ROW = 1
CHECK_TOLERANCE = 0.001


def imputer():
    """Replaces the wire's codes for "unknown" by the most frequent value of the training rows."""
    columns = dataset.names()
    return ColumnTransformer(
        [
            (name, SimpleImputer(missing_values=code, strategy="most_frequent"), [columns.index(name)])
            for name, code in dataset.UNKNOWN.items()
        ],
        remainder="passthrough",
    )


RELEASES = {
    "v1": ("1.0.0", [("impute", imputer()), ("scale", StandardScaler()), ("classify", LogisticRegression(max_iter=2000))]),
    "v2": (
        "2.0.0",
        [
            ("impute", imputer()),
            ("classify", GradientBoostingClassifier(max_depth=2, learning_rate=0.05, random_state=SEED)),
        ],
    ),
}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def metrics(pipeline, features, target):
    probability = pipeline.predict_proba(features)[:, 1]
    return {
        "rows": len(target),
        "accuracy": round(accuracy_score(target, pipeline.predict(features)), 4),
        "rocAuc": round(roc_auc_score(target, probability), 4),
        "logLoss": round(log_loss(target, probability), 4),
    }


def parity(pipeline, model, features):
    """How far ONNX Runtime is from scikit-learn; the bound is the next power of ten above twice that."""
    label, probability = export.run(model, features)
    if not np.array_equal(label, pipeline.predict(features)):
        raise SystemExit("ONNX and scikit-learn give different labels")
    difference = float(np.max(np.abs(probability.astype(np.float64) - pipeline.predict_proba(features)[:, 1])))
    return {"rows": len(features), "maxAbsDifference": difference, "bound": 10.0 ** math.ceil(math.log10(2 * difference))}


def card(release, model_version, pipeline, model, features, target, train, test):
    return {
        "release": release,
        "model": MODEL,
        "modelVersion": model_version,
        "title": "heart disease",
        "about": "a model trained on the UCI Cleveland heart-disease data (CC BY 4.0)",
        "algorithm": " -> ".join(repr(step) for _, step in pipeline.steps if not isinstance(step, ColumnTransformer)),
        "preprocessing": "unknown ca (4) and thal (0) are replaced by the most frequent value, inside the ONNX graph",
        "target": "1 = a coronary vessel narrowed by more than 50 % (heart disease), 0 = not",
        "data": {
            "name": "Heart Disease, processed Cleveland subset",
            "credit": "Janosi, A., Steinbrunn, W., Pfisterer, M., Detrano, R. (1989). Heart Disease. UCI Machine Learning Repository",
            "doi": "10.24432/C52P4X",
            "licence": "CC-BY-4.0",
            "source": "heart_disease.tab of Orange3 3.40.0",
            "changes": "two header lines dropped, tabs to commas; at training coded as in `features`",
            "file": dataset.CSV.name,
            "sha256": sha256(dataset.CSV.read_bytes()),
            "rows": len(target),
            "positives": int(target.sum()),
        },
        "features": [
            {"name": name}
            | wire(name, bool(codes))
            | ({"codes": [{"wire": w, "uci": u, "orange3": o} for w, u, o in codes]} if codes else {})
            for name, _, codes in dataset.FEATURES
        ],
        "split": {"testShare": TEST_SHARE, "randomState": SEED, "trainRows": len(train), "testRows": len(test)},
        "seed": SEED,
        "metrics": {
            "train": metrics(pipeline, features[train], target[train]),
            "test": metrics(pipeline, features[test], target[test]),
        },
        "onnx": {
            "file": f"{release}.onnx",
            "sha256": sha256(model),
            "input": {"name": export.INPUT, "type": "float32", "shape": ["n", features.shape[1]]},
            "outputs": [
                {"name": export.LABEL, "type": "int64", "shape": ["n"]},
                {"name": export.PROBABILITY, "type": "float32", "shape": ["n"]},
            ],
        },
        "parity": parity(pipeline, model, features),
        "selfCheck": {
            "features": {name: as_wire(value) for name, value in zip(dataset.names(), features[CHECK_ROW])},
            "probability": float(pipeline.predict_proba(features)[CHECK_ROW, 1]),
            "tolerance": CHECK_TOLERANCE,
        },
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ["scikit-learn", "numpy", "scipy", "skl2onnx", "onnx", "onnxruntime"]},
    }


def wire(name, coded):
    description, minimum, maximum, example = dataset.WIRE[name]
    return {
        "description": description,
        "type": "integer" if coded else "number",
        "minimum": minimum,
        "maximum": maximum,
        "example": example,
    }


def as_wire(value):
    return int(value) if value.is_integer() else float(value)


def broken(good):
    """The card of v3-broken: v2's model under a card that tells of the other class's probability, a common mix-up."""
    wrong = 1 - good["selfCheck"]["probability"]
    return good | {
        "release": "v3-broken",
        "modelVersion": "3.0.0",
        "brokenOnPurpose": "selfCheck has the probability of class 0: the service must never become ready",
        "selfCheck": good["selfCheck"] | {"probability": wrong},
    }


def write_json(name, value, indent):
    (dataset.HERE / name).write_text(json.dumps(value, indent=indent) + "\n", encoding="utf-8")


def main():
    features, target = dataset.read()
    train, test = train_test_split(np.arange(len(target)), test_size=TEST_SHARE, random_state=SEED)
    expected = {"features": dataset.names(), "rows": features.tolist(), "target": target.tolist(), "releases": {}}
    for release, (model_version, steps) in RELEASES.items():
        pipeline = Pipeline(steps).fit(features[train], target[train])
        properties = {"release": release, "modelVersion": model_version}
        model = export.to_model(pipeline, features.shape[1], f"{MODEL}-{release}", properties)
        (dataset.HERE / f"{release}.onnx").write_bytes(model)
        written = card(release, model_version, pipeline, model, features, target, train, test)
        write_json(f"{release}.json", written, 2)
        if release == "v2":
            write_json("v3-broken.json", broken(written), 2)
        expected["releases"][release] = {
            "prediction": pipeline.predict(features).tolist(),
            "probability": pipeline.predict_proba(features)[:, 1].tolist(),
        }
    write_json("expected.json", expected, None)


if __name__ == "__main__":
    main()
