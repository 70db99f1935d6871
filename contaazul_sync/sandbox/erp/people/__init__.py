"""The ERP's people, from the request to the row: what is asked, what a body may say, how one is written.

May import the ERP's `state` and what is below it. Their record lies in `records`; what they buy is not here.
"""
