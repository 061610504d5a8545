"""What Rostrum withstands: killed processes, slow clients, full disks.

Each of `kill`, `slow` and `full` ends by itself, exits with 1 when something did not hold, and has
a negative control: the same attack on something that is known to be broken must show the fault.
"""
