"""What each shell is told about completing glmchat's command line; all of them ask glmchat what may follow.

Bash hands over the line as it was typed, since it breaks words at ``:`` and ``=``, and takes back words that are
quoted already (bash(1), "Programmable Completion"). Zsh and fish hand over words and quote by themselves
(zshcompsys(1), complete(1) of fish).
"""

from __future__ import annotations

from collections.abc import Mapping

BASH = """\
# glmchat completion for bash. Put into ~/.bashrc: source <(glmchat completion bash)
_glmchat() {
    local kind word
    COMPREPLY=()
    {
        IFS= read -r kind || return 0
        while IFS= read -r word; do COMPREPLY+=("$word"); done
    } < <(GLMCHAT_WORDBREAKS=$COMP_WORDBREAKS command glmchat completion offers bash -- \\
        "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    [[ $kind != files ]] || compopt -o default -o filenames
}
complete -F _glmchat glmchat
"""

ZSH = """\
#compdef glmchat
# glmchat completion for zsh. Put into ~/.zshrc, after compinit: source <(glmchat completion zsh)
_glmchat() {
    local kind line
    local -a values shown typed
    typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
    {
        IFS= read -r kind || return 1
        while IFS= read -r line; do
            values+=("${line%%$'\\t'*}")
            shown+=("${line/$'\\t'/  }")
        done
    } < <(command glmchat completion offers zsh -- "${typed[@]}" 2>/dev/null)
    if [[ $kind == files ]]; then _files; else compadd -l -d shown -a values; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _glmchat "$@"; else compdef _glmchat glmchat; fi
"""

FISH = """\
# glmchat completion for fish. Put into ~/.config/fish/config.fish: glmchat completion fish | source
function __glmchat_offers
    set -l typed (commandline -opc) (commandline -ct)
    set -l found (command glmchat completion offers fish -- $typed[2..-1] 2>/dev/null)
    if test "$found[1]" = files
        __fish_complete_path (commandline -ct)
    else if set -q found[2]
        printf '%s\\n' $found[2..-1]
    end
end
complete -c glmchat -f -a '(__glmchat_offers)'
"""

SCRIPTS: Mapping[str, str] = {"bash": BASH, "zsh": ZSH, "fish": FISH}
