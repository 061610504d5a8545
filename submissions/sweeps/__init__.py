"""What people are told without asking: before a deadline, when questions open, after one passed.

Each sweep finds its work in the database and posts notices by key, so that it may run at any
time and as often as one likes. It decides nothing: what is late was decided by the request.
What failed hand-ins leave behind is removed here too.
"""

from submissions.sweeps.after import note_missing
from submissions.sweeps.before import remind
from submissions.sweeps.leftovers import old_in_incoming, remove_leftovers
from submissions.sweeps.opening import tell_questions_open

__all__ = ["note_missing", "old_in_incoming", "remind", "remove_leftovers", "tell_questions_open"]
