"""The pages over the trainer, each imported when it is first opened.

Before the first numbers can be seen none of them is needed. Their names stand in `__init__.pyi`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
