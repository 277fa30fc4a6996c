"""What the papers look like: the page of GB/T 9704-2012, its styles, and the wording of each shipped template."""
