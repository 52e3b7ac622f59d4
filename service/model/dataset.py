"""The UCI Cleveland data: where the CSV comes from, and how its values are coded on the wire.

`python dataset.py <folder or wheel of Orange3>` writes cleveland.csv again from Orange3's heart_disease.tab.
"""

import csv
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
CSV = HERE / "cleveland.csv"
TAB = "Orange/datasets/heart_disease.tab"
TAB_HEADER_LINES = 3

# name, column in Orange3, description, codes as (wire, UCI, text in Orange3). Features without codes are plain numbers.
# The order is the order of the model's input tensor.
FEATURES = [
    ("age", "age", "age in years", []),
    ("sex", "gender", "sex", [(0, 0, "female"), (1, 1, "male")]),
    (
        "cp",
        "chest pain",
        "type of chest pain",
        [(0, 4, "asymptomatic"), (1, 2, "atypical ang"), (2, 3, "non-anginal"), (3, 1, "typical ang")],
    ),
    ("trestbps", "rest SBP", "resting systolic blood pressure in mm Hg", []),
    ("chol", "cholesterol", "serum cholesterol in mg/dl", []),
    ("fbs", "fasting blood sugar > 120", "fasting blood sugar above 120 mg/dl", [(0, 0, "0"), (1, 1, "1")]),
    (
        "restecg",
        "rest ECG",
        "resting electrocardiogram",
        [(0, 2, "left vent hypertrophy"), (1, 0, "normal"), (2, 1, "ST-T abnormal")],
    ),
    ("thalach", "max HR", "highest heart rate reached, per minute", []),
    ("exang", "exerc ind ang", "angina induced by exercise", [(0, 0, "0"), (1, 1, "1")]),
    ("oldpeak", "ST by exercise", "ST depression by exercise relative to rest", []),
    (
        "slope",
        "slope peak exc ST",
        "slope of the ST segment at the peak of exercise",
        [(0, 3, "downsloping"), (1, 2, "flat"), (2, 1, "upsloping")],
    ),
    (
        "ca",
        "major vessels colored",
        "major vessels coloured by fluoroscopy; 4 = unknown",
        [(0, 0, "0"), (1, 1, "1"), (2, 2, "2"), (3, 3, "3"), (4, "?", "?")],
    ),
    (
        "thal",
        "thal",
        "thallium scan; 0 = unknown",
        [(0, "?", "?"), (1, 6, "fixed defect"), (2, 3, "normal"), (3, 7, "reversable defect")],
    ),
]
TARGET = "diameter narrowing"
# The wire's codes for "unknown", which the pipeline replaces by the most frequent value (skl2onnx wants floats here).
UNKNOWN = {"ca": 4.0, "thal": 0.0}


def names():
    return [name for name, *_ in FEATURES]


def read():
    """All rows of the CSV in wire coding (n x 13) and the target (n): 1 means a vessel narrowed by more than half."""
    with CSV.open(encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    features = [[_wire(row[column], codes) for _, column, _, codes in FEATURES] for row in rows]
    return np.array(features, dtype=np.float64), np.array([int(row[TARGET]) for row in rows])


def _wire(text, codes):
    if not codes:
        return float(text)
    return next(float(wire) for wire, _, label in codes if label == text)


def extract(source):
    """Write cleveland.csv from an unpacked Orange3 or its wheel; only the two extra header lines are dropped."""
    path = Path(source)
    if path.is_dir():
        tab = (path / TAB).read_text(encoding="ascii")
    else:
        with zipfile.ZipFile(path) as wheel:
            tab = wheel.read(TAB).decode("ascii")
    lines = tab.splitlines()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(lines[0].split("\t"))
    writer.writerows(line.split("\t") for line in lines[TAB_HEADER_LINES:] if line.strip())
    CSV.write_text(out.getvalue(), encoding="ascii")


if __name__ == "__main__":
    extract(sys.argv[1])
