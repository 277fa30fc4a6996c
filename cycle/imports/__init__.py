"""Files people fill in, taken in: read cell by cell, then row by row by the operations a person would ask for."""
