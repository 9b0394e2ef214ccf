"""The article's own code, to the letter, run on any problem."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from linreg_core.arrays import Floats

NUMPY_F = """
def f(X, w):
    return np.sum(np.dot(X, w), 1)
"""

TEXTS = {
    "numpy-two-weights": NUMPY_F
    + """
for _ in range(nepochs):
   df_w0 = (-2*np.dot(X[:,0],(y_true-f(X, w))))/len(X)
   df_w1 = (-2*np.dot(X[:,1],(y_true-f(X, w))))/len(X)

   w[0] = w[0] - (learning_rate*df_w0)
   w[1] = w[1] - (learning_rate*df_w1)
""",
    "numpy": NUMPY_F
    + """
for _ in range(nepochs):
   df = (-2*np.dot(X.T,(y_true-f(X, w))))/len(X)
   w -= learning_rate*df.reshape(w.shape)
""",
    "tensor": """
def f(X, w):
   return T.matmul(X, w)

def mse(y_true, y_pred):
   return T.sum((y_true-y_pred)**2)/len(y_true)

for _ in range(nepochs):
   y_pred = f(X, w)
   mse(y_true, y_pred).backward()
   with T.no_grad():
       w -= w.grad*learning_rate
       w.grad.zero_()
""",
    "nn": """
mse = T.nn.MSELoss()
optimizer = T.optim.SGD(model.parameters(), lr=learning_rate)

for _ in range(nepochs):
   y_pred = model(X)
   mse(y_pred, y_true.reshape(-1, 1)).backward()
   optimizer.step()
   optimizer.zero_grad()
""",
}
"""By backend. The article's ``model(X.float())`` makes float32 of what is float32 there already."""


def run_article(
    backend: str, X: Floats, y: Floats, weights: ArrayLike, *, lr: float, epochs: int
) -> Floats:
    """Run the article's loop and give its last weights, shape (p,).

    Args:
        backend: which of its loops.
        X: shape (n, p), in the dtype to be computed in.
        y: shape (n,), in the same.
        weights: the first ones, shape (p,).
        lr: the learning rate, > 0.
        epochs: how many.
    """
    names: dict[str, Any] = {"np": np, "T": torch, "X": X, "y_true": y}
    names |= {"learning_rate": lr, "nepochs": epochs}
    w = np.array(weights, dtype=X.dtype).reshape(-1, 1)
    if backend.startswith("numpy"):
        names["w"] = w
    else:
        names |= {"X": torch.tensor(X), "y_true": torch.tensor(y.reshape(-1, 1))}
        names["w"] = torch.tensor(w, requires_grad=True)
        names["model"] = torch.nn.Linear(X.shape[1], 1, bias=False, dtype=names["X"].dtype)
        with torch.no_grad():
            names["model"].weight.copy_(names["w"].T)
    with np.errstate(all="ignore"):
        exec(dedent(TEXTS[backend]), names)
    found = names["w"] if backend != "nn" else names["model"].weight
    last: Floats = found if isinstance(found, np.ndarray) else found.detach().numpy()
    return last.ravel()
