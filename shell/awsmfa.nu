# awsmfa for nushell
