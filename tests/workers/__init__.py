"""Several workers at one database: side by side, killed, frozen, and with the watch interrupted."""
