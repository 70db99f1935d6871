"""What the ERP is to receive, from the request to the row: the parts of a sale's event, and settlements.

May import the ERP's `state` and what is below it. The records lie in `records`; how the parts follow their
sale belongs to `ledger`.
"""
