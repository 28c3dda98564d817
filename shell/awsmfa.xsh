# awsmfa for xonsh
