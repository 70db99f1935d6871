"""The ERP's products, from the request to the row: what is asked, what is looked for, how one is written.

May import the ERP's `state` and what is below it. Their record lies in `records`; what a sale does to their
balance belongs to `stock`.
"""
