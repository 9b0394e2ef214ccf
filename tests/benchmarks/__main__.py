"""How fast and how large: every figure of the project's speed goals, in one table.

    python -m tests.benchmarks              all of it, about 5 minutes
    python -m tests.benchmarks.backends     one part
    python -m tests.benchmarks.ways
    python -m tests.benchmarks.devices
    python -m tests.benchmarks.screen
    python -m tests.benchmarks.time_travel
    python -m tests.benchmarks.theory
    python -m tests.benchmarks.tables
    python -m tests.benchmarks.large [GIB] [FOLDER]
    python -m tests.benchmarks.memory [EPOCHS]

Run it from the repository's root, with the package and its [test] extra installed. These are not
tests: nothing fails, and pytest does not collect them. Every ratio compares two things measured in
turns within one run and is the median of the turns' ratios, so a busy machine slows both alike;
the times beside it are medians too, and as good as the machine is quiet.

    backends   Each backend's `Trainer.run` beside the article's own loop (article.py). Ours records
               the loss and the weights of every epoch, the article's loop neither. "bare calls"
               are its library calls alone, and what each call costs of them.
    ways       A million epochs by the fastest way that is proved beside the article's own loop, and
               what recording and watching them costs; epochs of 10^6 rows beside that loop and
               beside what the machine copies.
    devices    The torch backends on every other device beside the same run on the cpu.
    screen     The real app in a pseudo-terminal (terminal.py): seconds from the start of the
               process to the first frame that shows numbers; epochs/s while the screen shows the
               run, as a share of epochs/s without a screen; milliseconds from a key to its repaint
               while the backend runs.
    time_travel  What looking for frozen runs and cycles costs and saves; how fast going back is.
    theory     What it takes to know a run beforehand: the spectrum once, then leaps and curves.
    tables     Reading 10^6 rows of 4 columns and 2·10^5 of 50 beside polars and pandas, and epochs
               on them beside the machine's memory bandwidth.
    large      A table larger than memory by blocks and by processes: memory, exactness, seconds of
               an epoch beside scikit-learn's and polars' passes.
    memory     What a run's memory grows by from 10^4 to 10^6 epochs, in the trainer alone and in
               the app's engine, and how large a snapshot is on its way to the screen.

The last column says whether a goal is met in this run.
"""

from __future__ import annotations

from itertools import chain

from tests.benchmarks import (
    backends,
    devices,
    large,
    memory,
    screen,
    tables,
    theory,
    time_travel,
    ways,
)
from tests.benchmarks.measure import show

if __name__ == "__main__":
    parts = (backends, ways, devices, screen, time_travel, theory, tables, large, memory)
    show(chain.from_iterable(part.figures() for part in parts))
