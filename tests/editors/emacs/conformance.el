;;; conformance.el --- What every client must show, with eglot -*- lexical-binding: t -*-
;;; Commentary:
;; The configuration has been loaded before.
;;; Code:

(defun scene-attached ()
  "Whether the current buffer is served; eglot connects after a command, and a batch Emacs has none."
  (run-hooks 'post-command-hook)
  (and (eglot-managed-p) (eglot-current-server)))

(find-file "average.py")
(scene-wait "the server" #'scene-attached)
(let ((act (lambda () (eglot-code-actions (point) nil nil t)))
      (last-nonmenu-event ?x))
  (scene-choosing "Give me a hint (1 of 5)" act)
  (scene-conversation "### TACO · hint 1 of 5")
  (scene-choosing "Run" act)
  (scene-conversation "IndexError")
  (goto-char (point-min))
  (search-forward " + 1")
  (replace-match "")
  (scene-choosing "Run" act)
  (scene-conversation "It ran without an error.")
  (save-buffer))
(kill-buffer)
(eglot-shutdown-all)
;;; conformance.el ends here
