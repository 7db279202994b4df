"""`taco doctor`: looks at everything the tutor needs, changes nothing, and says how to mend what is wrong.

    finding     what a check tells
    server      Python, the program, a real start
    settings    what was ignored, and where it came from
    journal     the store
    endpoint    the model, its embeddings, the keyring
    sync        the school's server
    programs    compilers, interpreters, editors
    command     the command line

A check is an async function from the settings in force to findings; each has a deadline, and a check that fails
itself is a finding too.
"""

from taco_lsp.cli.doctor.command import doctor

__all__ = ("doctor",)
