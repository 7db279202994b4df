;;; lsp-mode.el --- A session with lsp-mode -*- lexical-binding: t -*-
;;; Commentary:
;; The configuration has been loaded before.
;;; Code:

(setq lsp-auto-guess-root t
      lsp-guess-root-without-session t
      lsp-keep-workspace-alive nil
      lsp-enable-file-watchers nil)

(defun scene-attached ()
  "Whether the current buffer is served."
  (cl-find 'initialized (lsp-workspaces) :key #'lsp--workspace-status))

(find-file "average.py")
(scene-wait "the server" #'scene-attached)
(scene-play (lambda () (call-interactively #'lsp-execute-code-action))
            (lambda () (gethash (lsp--fix-path-casing (buffer-file-name)) (lsp-diagnostics)))
            (lambda ()
              (save-current-buffer (lsp-describe-thing-at-point))
              (with-current-buffer "*lsp-help*" (buffer-string))))
(lsp-lens-mode 1)
(scene-wait "lenses" (lambda () (lsp-lens-refresh t) lsp-lens--overlays))
(scene-ask #'scene-attached)
(kill-buffer)
;;; lsp-mode.el ends here
