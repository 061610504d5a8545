"""What the demo's invented students write."""

from __future__ import annotations

QUESTIONS = (
    "The evaluation of “{title}” stops at the sizes its authors could rent. Which part of the argument would fail first at ten times the scale?",
    "“{title}” compares itself with a baseline that was not tuned for this load. How much of the gain would be left against one that was?",
    "Which assumption about the workload does “{title}” need most, and did anybody measure whether it holds in production?",
    "If the network became twice as fast tomorrow, would the central idea of “{title}” still be worth its complexity?",
    "The failure model of “{title}” leaves out slow machines. What happens to its guarantees when one worker is late but not dead?",
    "“{title}” trades memory for time. Where is the point at which the trade turns around, and can an operator see it coming?",
    "Could the scheduler of “{title}” starve a small job for ever, and if not, which line of the design forbids it?",
    "The authors of “{title}” report means. What would the tail look like, and who would notice it?",
    "What would one have to change in “{title}” to use it on hardware that nobody had when it was written?",
    "Is the second idea of “{title}” independent of the first, or does it repair a problem that the first one made?",
)

SUMMARY = {
    "problem": "The lecture dealt with “{title}”. Such systems waste most of the resource that they wait for, and what they waste grows with the model. It matters because the cost decides who can run them at all.",
    "related_work": "Earlier systems cut the work along one dimension and left the others alone. A second line schedules around the waste instead of removing it. The class discussed where the two lines meet.",
    "solution": "The paper turns a static decision into one that is taken while the job runs. Its key insight is that the information needed for the decision is already there, one layer below, and cheap to read.",
    "drawbacks": "The measurements come from a single cluster. The reviewers doubted that the policy stays stable when two such jobs share a link, and the authors' side agreed that the paper does not show it.",
    "future": "The panel asked for a version that survives the loss of a machine, and for a policy that is learnt from traces. Somebody should measure the energy, not only the time.",
}

COMMENTS = (
    "",
    "",
    "",
    "Sharp.",
    "Say which figure you mean.",
    "Answered in section 5.",
    "Good, short.",
)
