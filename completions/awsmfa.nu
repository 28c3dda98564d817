# Completes the words of awsmfa in nushell. Those of aws-mfa-on are completed by what `awsmfa init nu` prints.
def __awsmfa_complete [words: list<string>] {
    %with-env {_AWSMFA_COMPLETE: nu} { ^awsmfa -- ...$words } | %from json
}

@complete __awsmfa_complete
extern awsmfa [...words: glob]
