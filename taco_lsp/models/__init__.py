"""Language models: the client of any OpenAI-compatible chat-completions endpoint.

Everything here but `client` and `transport` is light, so it may be imported at start-up; those two import
httpx (70 ms) and are imported on first use: `from taco_lsp.models.client import ChatClient` inside a
function.

What is *not* here: prompts, the guard, the built-in tutor and the choice between them (`taco_lsp.tutor`).
"""
