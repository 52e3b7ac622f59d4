"""Writes the pipeline that became v1.onnx, trained as service/model/train.py does: `train.py MODEL_DIR OUTPUT`."""

import os
import sys

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])

import dataset
import joblib
import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

# The trainer's own module needs the exporter's packages, which this peer should not carry.
columns = dataset.names()
imputer = ColumnTransformer(
    [
        (name, SimpleImputer(missing_values=code, strategy="most_frequent"), [columns.index(name)])
        for name, code in dataset.UNKNOWN.items()
    ],
    remainder="passthrough",
)
features, target = dataset.read()
train, _ = train_test_split(np.arange(len(target)), test_size=0.2, random_state=3)
steps = [("impute", imputer), ("scale", StandardScaler()), ("classify", LogisticRegression(max_iter=2000))]
joblib.dump(Pipeline(steps).fit(features[train], target[train]), sys.argv[2])
