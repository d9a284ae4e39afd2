export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

// Each hands the words over to `sluice __complete`, by the name that was typed, and shows what comes back: what the
// command's own parser knows never stands a second time in a script that somebody has installed a year ago.

const bash = `# sluice: completion for bash. In ~/.bashrc: source <(sluice completion bash 2>/dev/null)
_sluice() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line
  [[ $current == = ]] && current=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <("\${COMP_WORDS[0]}" __complete "=$current" "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
}
complete -F _sluice sluice
`;

const zsh = `#compdef sluice
# sluice: completion for zsh. In ~/.zshrc, after compinit: source <(sluice completion zsh 2>/dev/null)
_sluice() {
  local line files=
  local -a lines described
  lines=("\${(@f)$("\${words[1]}" __complete "=\${words[CURRENT]}" "\${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
  for line in "\${lines[@]}"; do
    if [[ $line == :files ]]; then
      files=1
    elif [[ $line == *$'\\t'* ]]; then
      described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    elif [[ -n $line ]]; then
      described+=("\${line//:/\\\\:}")
    fi
  done
  (( \${#described} )) && _describe command described
  [[ -n $files ]] && _files
}
compdef _sluice sluice
`;

const fish = `# sluice: completion for fish. sluice completion fish > ~/.config/fish/completions/sluice.fish
function __sluice_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete "=$current" $words[2..-1] 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c sluice -f -a '(__sluice_complete)'
`;

const powershell = `# sluice: completion for PowerShell. In $PROFILE: sluice completion powershell 2>$null | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName sluice -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    $rest = @($before | Select-Object -Skip 1)
    & $before[0] __complete "=$wordToComplete" @rest 2>$null | ForEach-Object {
        if ($_ -eq ':files') {
            Get-ChildItem -Name -Path "$wordToComplete*" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        } elseif ($_ -ne '') {
            $value, $says = $_ -split "\`t", 2
            if (-not $says) { $says = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $says)
        }
    }
}
`;

/** What a shell has to run once, to complete \`sluice\` from then on. */
export const shellScripts: Record<Shell, string> = { bash, zsh, fish, powershell };
