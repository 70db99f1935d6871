"""What a file is that cannot be read."""


class BadFile(Exception):
    """A file that cannot be read as a table. `message`: what is wrong with it, as the end of a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
