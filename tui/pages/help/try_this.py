"""What to try first: each shows one point of the article in a few keys."""

from __future__ import annotations

TRY_THIS = (
    (
        ("next_phase",),
        "Go inside an epoch, four times: predict, take the loss, its gradient, update the "
        "weights. The worksheet writes out each with its numbers, and the code that ran is marked.",
    ),
    (
        ("toggle_run",),
        "Run, and again to pause. The loss falls fast at first and then ever more slowly: one "
        "direction of the weights is much flatter than the other. {toggle_log_x} gives the first "
        "epochs room; {next_picture} twice shows the valley that makes it so.",
    ),
    (
        ("scale_rate(2)",),
        "Double the learning rate until ● is past the limit, and run: each step is too long, the "
        "weights swing ever wider, and the run diverges; {next_epoch} then shows which number "
        "becomes inf, and why. {learning_rate('auto')} begins again at half the limit.",
    ),
    (
        ("setup",),
        "Open a table of your own ({open}) and switch Standardise off here: the condition number "
        "says how much longer each digit takes when features have different scales.",
    ),
    (
        ("why",),
        "See why the same run stops earlier in float32 than in float64: its steps become smaller "
        "than the last digit of the weights.",
    ),
)
"""Actions, whose keys stand before it, and what there is to see; a key in it is named likewise."""
