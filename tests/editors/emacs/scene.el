;;; scene.el --- What the scenes share -*- lexical-binding: t -*-
;;; Commentary:
;; Waiting with a deadline, choosing a code action by its title, and the session that every client plays.
;;; Code:

(require 'cl-lib)
(package-initialize)
(setq make-backup-files nil
      auto-save-default nil
      create-lockfiles nil
      debug-on-error t
      flymake-start-on-save-buffer t
      flymake-no-changes-timeout 0.1)

(defun scene-wait (what condition)
  "Wait until CONDITION gives a value and return it; fail with WHAT at the deadline."
  (let ((deadline (+ (float-time) 60)) value)
    (while (not (setq value (funcall condition)))
      (when (> (float-time) deadline)
        (error "Waited in vain for %s" what))
      (accept-process-output nil 0.02))
    value))

(defun scene-choosing (title act)
  "Call ACT, and answer what it asks with the choice that has TITLE."
  (let (chosen)
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt choices &rest _)
                 (setq chosen (or (cl-find-if (lambda (choice) (string-match-p (regexp-quote title) choice))
                                              (all-completions "" choices))
                                  (error "%s is not offered: %S" title (all-completions "" choices)))))))
      (funcall act))
    (unless chosen (error "Nothing was asked instead of %s" title))))

(defun scene-conversation (text)
  "Wait until the conversation file has TEXT."
  (scene-wait (format "%s in the conversation" text)
              (lambda ()
                (and (file-exists-p ".taco/conversation.md")
                     (with-temp-buffer
                       (insert-file-contents ".taco/conversation.md")
                       (search-forward text nil t))))))

(defun scene-play (act marked hover)
  "Play a session in average.py.
ACT calls the command for code actions; MARKED tells whether the error of the last run is shown on line 4;
HOVER gives what is explained at point."
  (let ((last-nonmenu-event ?x))
    (scene-choosing "Give me a hint (1 of 5)" act)
    (scene-conversation "### TACO · hint 1 of 5")
    (scene-choosing "Run" act)
    (scene-wait "the marked error" marked)
    (goto-char (point-min))
    (forward-line 3)
    (scene-wait "the explanation" (lambda () (string-match-p "IndexError" (or (funcall hover) ""))))
    (scene-choosing "Explain this error" act)
    (scene-conversation "What to look at")
    (goto-char (point-min))
    (search-forward " + 1")
    (replace-match "")
    (scene-choosing "Run" act)
    (scene-wait "the mark to go" (lambda () (not (funcall marked))))
    (scene-conversation "It ran without an error.")
    (save-buffer)
    (scene-choosing "Save as my solution" act)))

(defun scene-ask (attached)
  "Ask in the conversation file, once it is served as ATTACHED tells; come back with an answer."
  (save-current-buffer
    (find-file ".taco/conversation.md")
    (scene-wait "the server of the conversation" attached)
    (goto-char (point-max))
    (insert "Why does it count from 0?\n")
    (save-buffer)
    (scene-wait "the answer in the buffer"
                (lambda ()
                  (goto-char (point-max))
                  (and (search-backward "Why does it count from 0?" nil t)
                       (search-forward "### TACO" nil t))))
    (set-buffer-modified-p nil)
    (kill-buffer)))

(provide 'scene)
;;; scene.el ends here
