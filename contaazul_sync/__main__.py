"""`python -m contaazul_sync`."""

from contaazul_sync.cli import main

main()
