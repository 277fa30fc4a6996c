"""Documents in and out: the formats people send us and take away."""
