"""What both servers are built on: JSON and calls, the gate, faults, switches turned, and what a system is.

May import nothing of the sandbox but itself. What only the ERP or only the shop knows never belongs here.
"""
