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

# name, column in Orange3, codes as (wire, UCI, text in Orange3). Features without codes are plain numbers.
# The order is the order of the model's input tensor.
FEATURES = [
    ("age", "age", []),
    ("sex", "gender", [(0, 0, "female"), (1, 1, "male")]),
    (
        "cp",
        "chest pain",
        [(0, 4, "asymptomatic"), (1, 2, "atypical ang"), (2, 3, "non-anginal"), (3, 1, "typical ang")],
    ),
    ("trestbps", "rest SBP", []),
    ("chol", "cholesterol", []),
    ("fbs", "fasting blood sugar > 120", [(0, 0, "0"), (1, 1, "1")]),
    ("restecg", "rest ECG", [(0, 2, "left vent hypertrophy"), (1, 0, "normal"), (2, 1, "ST-T abnormal")]),
    ("thalach", "max HR", []),
    ("exang", "exerc ind ang", [(0, 0, "0"), (1, 1, "1")]),
    ("oldpeak", "ST by exercise", []),
    ("slope", "slope peak exc ST", [(0, 3, "downsloping"), (1, 2, "flat"), (2, 1, "upsloping")]),
    ("ca", "major vessels colored", [(0, 0, "0"), (1, 1, "1"), (2, 2, "2"), (3, 3, "3"), (4, "?", "?")]),
    ("thal", "thal", [(0, "?", "?"), (1, 6, "fixed defect"), (2, 3, "normal"), (3, 7, "reversable defect")]),
]
# What requests may say of each feature, and how the documentation tells of it: (description, least, greatest, example). The
# ranges are wide, but keep nonsense and infinities out; features with codes take whole numbers.
WIRE = {
    "age": ("age in years", 0, 130, 63),
    "sex": ("0 female, 1 male", 0, 1, 1),
    "cp": ("chest pain: 0 asymptomatic, 1 atypical angina, 2 non-anginal, 3 typical angina", 0, 3, 3),
    "trestbps": ("resting systolic blood pressure in mm Hg", 20, 400, 145),
    "chol": ("serum cholesterol in mg/dl", 20, 1500, 233),
    "fbs": ("fasting blood sugar above 120 mg/dl: 0 no, 1 yes", 0, 1, 1),
    "restecg": ("resting ECG: 0 left ventricular hypertrophy, 1 normal, 2 ST-T wave abnormality", 0, 2, 0),
    "thalach": ("highest heart rate reached, per minute", 20, 300, 150),
    "exang": ("angina induced by exercise: 0 no, 1 yes", 0, 1, 0),
    "oldpeak": ("ST depression by exercise relative to rest, in mm", -20, 20, 2.3),
    "slope": ("slope of the ST segment at the peak of exercise: 0 down, 1 flat, 2 up", 0, 2, 0),
    "ca": ("major vessels coloured by fluoroscopy: 0 to 3; 4 unknown", 0, 4, 0),
    "thal": ("thallium scan: 1 fixed defect, 2 normal, 3 reversible defect; 0 unknown", 0, 3, 1),
}
TARGET = "diameter narrowing"
# The wire's codes for "unknown", which the pipeline replaces by the most frequent value (skl2onnx wants floats here).
UNKNOWN = {"ca": 4.0, "thal": 0.0}


def names():
    return [name for name, *_ in FEATURES]


def read():
    """All rows of the CSV in wire coding (n x 13) and the target (n): 1 means a vessel narrowed by more than half."""
    with CSV.open(encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    features = [[_wire(row[column], codes) for _, column, codes in FEATURES] for row in rows]
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
