# shellcheck shell=bash
# Completion of motcua in bash: . tools/lib/completion.bash
# Verbs and options come from the client's own help, so that it knows what the client knows.

_motcua()
{
    local tool=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb='' i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        --as | --data | --lang) i=$((i + 1)) ;;
        -*) ;;
        *)
            verb=${COMP_WORDS[i]}
            break
            ;;
        esac
    done
    COMPREPLY=()
    case $before in
    --data) mapfile -t COMPREPLY < <(compgen -d -- "$word") && return ;;
    --mapping | --body | --out | --batch) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
    --lang) mapfile -t COMPREPLY < <(compgen -W 'vi en' -- "$word") && return ;;
    esac
    if [ -z "$verb" ] && [[ $word != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$tool" --help --lang en 2>/dev/null |
            sed -n '/^Verbs:/,/^$/s/^  \([a-z-]*\) .*/\1/p')" -- "$word")
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$tool" ${verb:+"$verb"} --help --lang en 2>/dev/null |
            sed -n 's/^  \(--[a-z-]*\).*/\1/p')" -- "$word")
    elif [ "$verb" = import ]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -F _motcua motcua tools/motcua
