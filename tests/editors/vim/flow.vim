scriptencoding utf-8
" A whole session with ALE. The configuration of the page has been read before; Vim has no screen.

let s:deadline_ms = 60000
let s:chosen = ''

function! s:Fail(why) abort
  call writefile([a:why, v:exception, execute('messages')] + split(execute('ALEInfo'), "\n"), 'trouble.txt')
  cquit!
endfunction

function! s:Wait(what, Condition) abort
  let l:begun = reltime()
  while !a:Condition()
    if reltimefloat(reltime(l:begun)) * 1000 > s:deadline_ms
      call s:Fail('waited in vain for ' . a:what)
    endif
    sleep 10m
  endwhile
endfunction

" The number of the code action with the wanted title, as a student types it.
function! s:Pick(question, ...) abort
  for l:line in split(a:question, "\n")
    if stridx(l:line, s:wanted) >= 0
      let s:chosen = l:line
      return matchstr(l:line, '^\d\+')
    endif
  endfor
  return ''
endfunction

function! s:Choose(title, line) abort
  call cursor(a:line, 1)
  let [s:wanted, s:chosen] = [a:title, '']
  ALECodeAction
  call s:Wait('the code action ' . a:title, {-> !empty(s:chosen)})
endfunction

function! s:ConversationHas(text) abort
  call s:Wait(a:text . ' in the conversation', {-> filereadable('.taco/conversation.md')
  \ && stridx(join(readfile('.taco/conversation.md'), "\n"), a:text) >= 0})
endfunction

function! s:IsShown(text) abort
  return !empty(filter(range(1, winnr('$')), {_, window ->
  \ stridx(join(getbufline(winbufnr(window), 1, '$'), "\n"), a:text) >= 0}))
endfunction

function! s:Marks() abort
  return filter(copy(ale#engine#GetLoclist(bufnr(''))), 'v:val.linter_name is# "taco"')
endfunction

function! s:IsReady() abort
  return !empty(filter(values(ale#lsp#GetConnections()), 'v:val.initialized'))
endfunction

function! s:Play() abort
  edit average.py
  runtime autoload/ale/util.vim
  function! ale#util#Input(...) abort
    return call('s:Pick', a:000)
  endfunction
  call s:Wait('the server', {-> s:IsReady()})
  call s:Choose('Give me a hint (1 of 5)', 1)
  call s:ConversationHas('### TACO · hint 1 of 5')
  call s:Choose('Run', 1)
  call s:Wait('the marked error', {-> len(s:Marks()) == 1})
  call cursor(s:Marks()[0].lnum, 1)
  ALEHover
  call s:Wait('the explanation', {-> s:IsShown('IndexError on line')})
  pclose
  call s:Choose('Explain this error', s:Marks()[0].lnum)
  call s:ConversationHas('What to look at')
  %substitute/ + 1//
  call s:Choose('Run', 1)
  call s:Wait('the mark to go', {-> empty(s:Marks())})
  call s:ConversationHas('It ran without an error.')
  write
  call s:Choose('Save as my solution', 1)
endfunction

try
  call s:Play()
catch
  call s:Fail('an error at ' . v:throwpoint)
endtry
qall!
