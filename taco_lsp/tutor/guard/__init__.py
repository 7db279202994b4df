"""The guard on the stream: holds back what would hand over the solution. Deterministic and pure.

`Guard` filters one reply as it streams; `Verdict` says what it found. Code is judged by structure, sentences by
what they tell the student to do; nothing that the reply, the student or a file says can switch a rule off.
"""

from taco_lsp.tutor.guard.stream import Guard
from taco_lsp.tutor.guard.verdict import Rule, Verdict

__all__ = ["Guard", "Rule", "Verdict"]
