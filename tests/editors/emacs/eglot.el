;;; eglot.el --- A session with eglot -*- lexical-binding: t -*-
;;; Commentary:
;; The configuration has been loaded before.
;;; Code:

(defun scene-attached ()
  "Whether the current buffer is served; eglot connects after a command, and a batch Emacs has none."
  (run-hooks 'post-command-hook)
  (and (eglot-managed-p) (eglot-current-server)))

(find-file "average.py")
(scene-wait "the server" #'scene-attached)
(scene-play (lambda () (eglot-code-actions (point) nil nil t))
            (lambda ()
              (save-excursion
                (goto-char (point-min))
                (forward-line 3)
                (flymake-diagnostics (line-beginning-position) (line-end-position))))
            (lambda () ; what eldoc calls; eldoc itself needs a screen
              (let (shown)
                (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown text)))
                (with-timeout (1) (while (not shown) (accept-process-output nil 0.02)))
                shown)))
(scene-ask #'scene-attached)
(kill-buffer)
(eglot-shutdown-all)
;;; eglot.el ends here
