"""What the ERP keeps: the records of its areas, as plain dataclasses, and the lists that never change.

May import only itself. How a record is asked for, changed or written as JSON belongs to its area;
a record that one area alone knows may lie there, too.
"""
