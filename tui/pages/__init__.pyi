from .breakpoints import BreakpointsScreen as BreakpointsScreen
from .edit_weight import EditWeightScreen as EditWeightScreen
from .export import ExportScreen as ExportScreen
from .help.page import HelpScreen as HelpScreen
from .landscape_axes import LandscapeAxesScreen as LandscapeAxesScreen
from .open.page import OpenScreen as OpenScreen
from .prompt import (
    ask_best_rate as ask_best_rate,
)
from .prompt import (
    ask_epoch as ask_epoch,
)
from .prompt import (
    ask_epochs as ask_epochs,
)
from .runs.page import RunsScreen as RunsScreen
from .setup.page import SetupScreen as SetupScreen
from .why.page import WhyScreen as WhyScreen
