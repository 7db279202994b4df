"""The conformance kit: tells a plugin author what their client does right, on the real server.

    stage           a folder, a store, a scripted model and a recording `taco-lsp` for a client to start
    proxy           the recording `taco-lsp`: passes bytes on
    network         the same for clients that connect by TCP or WebSocket
    recorder        writes down what goes by
    transcript      what was written down
    conversation    pure: a transcript as requests with their replies
    documents       pure: what a client's documents hold, by its own account
    checks          pure: one function a rule of the protocol page
    judge           pure: transcripts in, report out
    replies, scripted_model, script_file    a model endpoint that says what you script
    reference       a small client that does everything right

Not here: the command line, and anything the server needs to serve.
"""
