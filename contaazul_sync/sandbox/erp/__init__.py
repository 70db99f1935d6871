"""The stand-in for Conta Azul: an ERP as its published contract has it.

May import `common` and itself, downwards: `app` (every route), the areas (`products`, `people`, `sales`,
`receivables`, `cost_centres`, `lists`, `sign_in`), `state` and `checks`, what the state is made of, then
`records` and `switches`.

An area reads a call, writes its rows and lists its ROUTES, and knows no other area: a record that several
need lies in `records`. A new area is one new module with its record (kept in `Erp.table`), its rows and its
ROUTES, which `app` adds to the others. Nothing of the shop belongs here.
"""
