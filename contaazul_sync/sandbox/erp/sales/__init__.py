"""The ERP's sales, from the request to the row: what is asked, what a body may say, how a sale is written.

May import the ERP's `state` and what is below it. Their record lies in `records`; what a sale does to the
balance of its products belongs to `stock`.
"""
