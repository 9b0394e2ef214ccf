"""Linear regression by gradient descent, three ways, one epoch at a time.

    >>> from linreg_core import TrainConfig, Trainer, load_problem
    >>> trainer = Trainer(load_problem("article"), TrainConfig(backend="numpy"))
    >>> trainer.run(1_000_000)
    1000000
    >>> trainer.snapshot().raw_weights.round(8)
    array([10.00000008, 19.99999994])

The public names stand in `__init__.pyi`. They are imported when they are first used: asking for a
backend's name costs neither NumPy's import nor torch's.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
