# awsmfa for elvish
