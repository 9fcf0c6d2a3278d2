"""The one exception that is meant for the person at the terminal."""


class OperatorError(Exception):
    """Something the operator can put right.

    The text is one sentence that says what is wrong, what was found and what to do. The command
    line prints it without a traceback and exits with 1.
    """
