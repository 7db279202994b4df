"""The code action kinds: one tree under `taco`, so that an editor can ask for all of them or for one."""

ROOT_KIND = "taco"
KINDS = (ROOT_KIND, *(f"{ROOT_KIND}.{kind}" for kind in ("hint", "explain", "ask", "review", "run", "test", "save")))
