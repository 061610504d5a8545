"""What is handed in, and the proof that it was."""

from submissions.models.files import StoredFile
from submissions.models.piece import Answer, Piece, Version, VersionFile
from submissions.models.receipt import Judgement, Receipt

__all__ = ["Answer", "Judgement", "Piece", "Receipt", "StoredFile", "Version", "VersionFile"]
