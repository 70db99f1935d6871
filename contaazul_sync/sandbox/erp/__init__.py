"""The stand-in for Conta Azul: an ERP as its published contract has it.

May import `common` and itself, downwards: `app`, the areas (`products`, `people`, `sales`, `lists`,
`sign_in`), `state`, what it is made of (`stock`, `sessions`, `limits`), `records`, `switches`. An area knows
no other area: what several need is a record, and lies below. Nothing of the shop belongs here.
"""
