"""What could happen to the program, tried out: for its developers alone, in no package that is shipped."""
