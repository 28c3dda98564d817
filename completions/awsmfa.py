# Completes awsmfa and aws-mfa-on: `awsmfa init xonsh` brings this along. Packages put it where xonsh finds it by the
# command's name, and calls xonsh_complete.
import re

from xonsh.completers.completer import add_one_completer
from xonsh.completers.tools import RichCompletion, contextual_command_completer, sub_proc_get_output


def quoted(value):
    """The value as a word of xonsh, which expands nothing in raw strings; None if it cannot be one."""
    if re.fullmatch(r"[\w%+,./:=@-]+", value):
        return value
    quote = next((quote for quote in "'\"" if quote not in value), None)
    return quote and not value.endswith("\\") and f"r{quote}{value}{quote}"


def xonsh_complete(context):
    words = [word.value for word in context.args[: context.arg_index]] + [context.prefix]
    printed, _ = sub_proc_get_output("awsmfa", "--", *words, _AWSMFA_COMPLETE="xonsh")
    length = len(context.raw_prefix)
    found = set()
    for line in printed.decode().splitlines():
        value, _, description = line.partition("\t")
        word, ends = quoted(value), not value.endswith(("/", "="))
        if word:
            found.add(RichCompletion(word, length, None, description, append_closing_quote=False, append_space=ends))
    return found


@contextual_command_completer
def complete_awsmfa(context):
    if context.arg_index > 0 and context.command in ("awsmfa", "aws-mfa-on"):
        return xonsh_complete(context)


add_one_completer("awsmfa", complete_awsmfa, "start")
