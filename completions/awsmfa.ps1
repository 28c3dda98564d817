# The words are taken as they stand: Invoke-Expression would run a half-typed command at TAB.
Register-ArgumentCompleter -Native -CommandName awsmfa -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    if ($wordToComplete -eq '') { $words += '' }

    $env:_AWSMFA_COMPLETE = 'powershell'
    try { $candidates = & awsmfa -- @words } finally { Remove-Item Env:_AWSMFA_COMPLETE }
    $candidates | ForEach-Object {
        $value, $help = $_.Split([char]9, 2)
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
    }
}
