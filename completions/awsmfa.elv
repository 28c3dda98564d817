set edit:completion:arg-completer[awsmfa] = { |@words|
    put (env _AWSMFA_COMPLETE=elvish awsmfa -- $@words) | to-lines
}
