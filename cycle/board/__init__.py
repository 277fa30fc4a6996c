"""Read models: the board of a year, a department's sheet, what may be done next, what the clock will do."""
