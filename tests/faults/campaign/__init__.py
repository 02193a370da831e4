"""A campaign of faults: uploads go on while everything that serves them is killed, and nothing is lost."""
