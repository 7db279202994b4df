"""A store on the initial draft, filled as a school would have: also with what should not be there."""

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.migrate import migration_engine, run_revisions

T = "2025-09-01 08:{:02}:00.000000"


def uid(n: int) -> str:
    """The n-th id, as SQLAlchemy writes it on SQLite."""
    return f"0199{n:028x}"


def make_draft(path: Path) -> None:
    """Make an empty store on the first revision."""
    engine = migration_engine(path)
    with engine.begin() as connection:
        run_revisions(connection, "0001")
    engine.dispose()


SCHOOL, ADA, BOB, TESS, CLASS, SUM, LOOP = (uid(n) for n in range(1, 8))
ADA_1, ADA_2, BOB_1 = (uid(n) for n in range(10, 13))
SOLUTIONS = [  # id, challenge, session, user, text, created, updated
    (uid(20), SUM, ADA_1, ADA, "one", T.format(1), T.format(1)),
    (uid(21), SUM, ADA_1, ADA, "two", T.format(2), T.format(9)),
    (uid(22), SUM, ADA_2, ADA, "three", T.format(5), T.format(5)),
    (uid(23), LOOP, ADA_1, ADA, "loop", T.format(6), T.format(6)),
    (uid(24), SUM, BOB_1, BOB, "bob", T.format(7), T.format(7)),
    (uid(25), SUM, BOB_1, BOB, "bob later, same minute", T.format(7), T.format(7)),
]


def fill_draft(path: Path) -> None:
    """Add a school with a teacher, two students, two challenges and their work."""
    day = (T.format(0), T.format(0))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO organizations VALUES (?, 'School', NULL, ?, ?, NULL)", (SCHOOL, *day))
        for id_, role in ((ADA, "student"), (BOB, " Student "), (TESS, "teacher")):
            db.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?, NULL)", (id_, SCHOOL, role, *day))
        db.execute("INSERT INTO classes VALUES (?, ?, '9b', NULL, NULL, ?, ?, ?, NULL)", (CLASS, SCHOOL, TESS, *day))
        for user in (ADA, BOB):
            db.execute("INSERT INTO user_classes VALUES (?, ?)", (user, CLASS))
        for id_, statement in ((SUM, "\n# Sum of two \n\nAdd them."), (LOOP, "")):
            db.execute("INSERT INTO challenges VALUES (?, ?, ?, ?, ?, ?)", (id_, CLASS, statement, TESS, *day))
        for id_, user, challenge in ((ADA_1, ADA, SUM), (ADA_2, ADA, SUM), (BOB_1, BOB, SUM)):
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, NULL)", (id_, user, CLASS, challenge, day[0]))
        db.execute(
            "INSERT INTO llm_interactions VALUES (?, ?, ?, ?, 'why?', 'look', 'x = 1', NULL, NULL, ?)",
            (uid(30), ADA_1, ADA, SUM, T.format(3)),
        )
        for id_, challenge, *rest in SOLUTIONS:
            db.execute(
                "INSERT INTO challenge_solutions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (id_, CLASS, challenge, *rest)
            )
        db.execute(
            "INSERT INTO knowledge_base VALUES (?, ?, ?, ?, 'loops repeat', '{\"model\": \"m\"}', x'0000003f', ?)",
            (uid(40), SCHOOL, CLASS, TESS, day[0]),
        )


GHOST_USER, GHOST_CLASS, GHOST_CHALLENGE, GHOST_SESSION, GHOST_SCHOOL = (uid(n) for n in range(50, 55))
ORPHANS = [
    (uid(60), GHOST_CLASS, SUM, GHOST_SESSION, ADA, "session gone"),
    (uid(61), CLASS, GHOST_CHALLENGE, ADA_1, ADA, "challenge gone"),
    (uid(62), CLASS, LOOP, ADA_1, GHOST_USER, "user gone, session of another"),
    (uid(63), CLASS, LOOP, GHOST_SESSION, BOB, "session gone, and taken"),
]


def add_orphans(path: Path) -> None:
    """Add rows whose parents are missing, and rows that hang on another user's session."""
    with closing(sqlite3.connect(path)) as db, db:
        for id_, class_, challenge, session, user, text in ORPHANS:
            db.execute(
                "INSERT INTO challenge_solutions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (id_, class_, challenge, session, user, text, T.format(30), T.format(30)),
            )
        db.execute(
            "INSERT INTO llm_interactions VALUES (?, ?, ?, ?, 'mine?', 'no', NULL, NULL, NULL, ?)",
            (uid(64), BOB_1, ADA, SUM, T.format(31)),
        )
        db.execute("INSERT INTO user_classes VALUES (?, ?)", (GHOST_USER, GHOST_CLASS))
        db.execute(
            "INSERT INTO knowledge_base VALUES (?, ?, NULL, NULL, 'lost', NULL, NULL, ?)",
            (uid(65), GHOST_SCHOOL, T.format(0)),
        )


def dump(path: Path) -> list[str]:
    """Everything in a store, as text to compare."""
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())
