complete --keep-order --exclusive --command awsmfa --arguments "(_AWSMFA_COMPLETE=fish awsmfa -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
complete --keep-order --exclusive --command aws-mfa-on --arguments "(_AWSMFA_COMPLETE=fish awsmfa -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
complete --keep-order --exclusive --command awsmfa_on --arguments "(_AWSMFA_COMPLETE=fish awsmfa -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
