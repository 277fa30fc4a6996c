"""What may be asked for, whatever the surface: the table of acts, their fields, the asking."""
