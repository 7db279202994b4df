"""Every private name of pygls that the edge uses, and the code behind it that the edge relies on.

A test compares the code of the installed pygls with the digests below, so an upgrade that changes any of it is
noticed before a user is. Nothing here is used at run time.
"""

from __future__ import annotations

PRIVATE_NAMES = (
    "_converter",  # JsonRPCProtocol: the converter
    "_create_text_document",  # Workspace: overridden, makes our documents
    "_ctx_msg_id",  # JsonRPCProtocol: the request being handled, behind its public `msg_id`
    "_dict_to_object",  # pygls.protocol: params of methods that lsprotocol does not know
    "_request_futures",  # JsonRPCProtocol: our requests to the client
    "_result_types",  # JsonRPCProtocol: the types of their results
    "_send_data",  # JsonRPCProtocol: overridden, the way out of everything that pygls sends
    "_server",  # JsonRPCProtocol: the server
    "_shutdown",  # JsonRPCProtocol: the client has sent shutdown
    "_workspace",  # LanguageServerProtocol: replaced by ours during initialize
)
"""The names, with what they are."""

RELIED_ON = {
    "pygls.feature_manager:is_thread_function": "6cf049b03e47",
    "pygls.feature_manager:wrap_with_server": "aaa2d3b4a247",
    "pygls.progress:Progress.begin": "2ccd95d1005b",
    "pygls.protocol:_dict_to_object": "528d8b572ec1",
    "pygls.protocol.json_rpc:JsonRPCProtocol.__init__": "5cce12d1c378",
    "pygls.protocol.json_rpc:JsonRPCProtocol._send_data": "40e0a5bb7095",
    "pygls.protocol.json_rpc:JsonRPCProtocol.notify": "039d9533e960",
    "pygls.protocol.json_rpc:JsonRPCProtocol.send_request": "0e4491683e0f",
    "pygls.protocol.json_rpc:JsonRPCProtocol.send_request_async": "e7510ff3bded",
    "pygls.protocol.language_server:LanguageServerProtocol.__init__": "6a96fc574b52",
    "pygls.protocol.language_server:LanguageServerProtocol._register_builtin_features": "23165f2d6198",
    "pygls.protocol.language_server:LanguageServerProtocol.lsp_exit": "229d16e062e3",
    "pygls.protocol.language_server:LanguageServerProtocol.lsp_initialize": "25d45da16abe",
    "pygls.protocol.language_server:LanguageServerProtocol.lsp_shutdown": "86ec7ca1055c",
    "pygls.protocol.language_server:LanguageServerProtocol.lsp_text_document__did_change": "81a0591b8fdf",
    "pygls.protocol.language_server:LanguageServerProtocol.lsp_work_done_progress_cancel": "973f4beb1dc0",
    "pygls.protocol.language_server:LanguageServerProtocol.lsp_workspace__execute_command": "b8471858fcb0",
    "pygls.server:JsonRPCServer.__init__": "1494d8d837c6",
    "pygls.workspace.text_document:TextDocument.__init__": "9ecfb719f330",
    "pygls.workspace.text_document:TextDocument.word_at_position": "6513df464f6c",
    "pygls.workspace.workspace:Workspace.__init__": "9fe4537a2d67",
    "pygls.workspace.workspace:Workspace.put_text_document": "fb08b16e51f5",
    "pygls.workspace.workspace:Workspace.update_notebook_document": "97a089990dbe",
    "pygls.workspace.workspace:Workspace.update_text_document": "9e0e07b84f6a",
}
"""Functions of pygls 2.1.1, `module:qualified name`, with the digest of their code."""
