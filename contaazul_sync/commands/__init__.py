"""The commands, by what a person wants. Each reads the settings, calls one function, prints one thing."""
