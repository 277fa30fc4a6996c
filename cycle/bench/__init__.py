"""How fast the product is beside the least that the same work can cost, measured in one run on one machine.

Each bench compares two ways through the same bytes in alternating rounds, so that a busy machine slows both.
Databases are scratch ones at durable settings; nothing here touches the office's own data.
"""
