"""Why there is no backup, or why it was not put back."""


class BackupFailed(Exception):
    """It stopped and changed nothing; the words are for the operator."""
