"""The appraisal year of a city office: stages, deadlines, points, grades and the history behind them.

Imported before the environment exists, so nothing but the standard library may be imported here.
"""

__version__ = "0.1.0"
