"""The program, and `python -m contaazul_sync`: chooses the language before anything is said."""

import os

from contaazul_sync import words


def main() -> None:
    """Run the command line."""
    words.speak(words.language_of(_language_set(), os.environ))
    from contaazul_sync.cli import app  # noqa: PLC0415 - its help texts are made when it is loaded

    app()


def _language_set() -> str:
    """What the settings say of the language; nothing where they cannot be read, which is told later."""
    from contaazul_sync import config  # noqa: PLC0415
    from contaazul_sync.errors import ConfigError  # noqa: PLC0415

    try:
        return config.load(os.environ).text("language")
    except ConfigError:
        return ""


if __name__ == "__main__":
    main()
