# awsmfa for elvish
use builtin
if (builtin:has-key $edit: completion:) {
    var complete = {|@words| e:env _AWSMFA_COMPLETE=elvish awsmfa -- $@words }
    set edit:completion:arg-completer[awsmfa] = $complete
    set edit:completion:arg-completer[aws-mfa-on] = $complete
}
