"""What tests stand on: the worlds that they are set in, and the people and servers that play in them."""
