"""The service's schema in pydantic: the same ranges, as strict, so that the peers that validate do the same work."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

STRICT = ConfigDict(strict=True, extra="forbid")


def code(most):
    return Annotated[int, Field(ge=0, le=most)]


def measure(least, most):
    return Annotated[float, Field(ge=least, le=most)]


class Features(BaseModel):
    model_config = STRICT
    age: measure(0, 130)
    sex: code(1)
    cp: code(3)
    trestbps: measure(20, 400)
    chol: measure(20, 1500)
    fbs: code(1)
    restecg: code(2)
    thalach: measure(20, 300)
    exang: code(1)
    oldpeak: measure(-20, 20)
    slope: code(2)
    ca: code(4)
    thal: code(3)

    def row(self):
        # In the order of the fields, which is that of the model's input.
        return list(self.__dict__.values())


class Batch(BaseModel):
    model_config = STRICT
    data: Annotated[list[Features], Field(min_length=1, max_length=1000)]


class Answer(BaseModel):
    prediction: int
    probability: float


class Prediction(Answer):
    release: str
    modelVersion: str
    pod: str


class Predictions(BaseModel):
    predictions: list[Answer]
    release: str
    modelVersion: str
    pod: str
