"""What a product, a buyer or an order becomes in the ERP, in our own words: drafts, before any JSON.

May import the core beside it. A draft is what a dry run prints and what the ERP's payloads are written from;
`Unusable` says in a shopkeeper's words why something cannot become a draft.
"""
