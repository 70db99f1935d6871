"""Keeps a Brazilian web shop and the ERP Conta Azul in step."""

__version__ = "0.1.0"
