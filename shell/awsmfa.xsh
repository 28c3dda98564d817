# awsmfa for xonsh: execx($(awsmfa init xonsh)) in ~/.config/xonsh/rc.xsh. execx gives these names a place of their own.
import contextlib, json, re, signal, subprocess, sys, threading, time
from types import SimpleNamespace

from xonsh.built_ins import XSH
from xonsh.tools import unthreadable

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
WITH_KEYS = (*KEYS, "AWS_CREDENTIAL_EXPIRATION", "AWSMFA_EXPIRES_AT", "AWSMFA_BASE_EXPIRES_AT", "AWSMFA_ACCESS_KEY_ID")

# What this shell keeps: `kept` for awsmfa alone, what the terminal had before the first login (`was`) and before the
# last one that has ended (`ended`), what logins have left (`left`), the key ids of all sessions, and what has been
# said. It outlives a second execx, and no child process gets any of it.
state = XSH.awsmfa = getattr(XSH, "awsmfa", None) or SimpleNamespace(
    kept={}, was={}, ended={}, left={}, ids=[], hooks={}, other=(), said=(), asked=(), tried=0
)

def held(name):
    """A variable's value, which need not be a string, in a tuple: an empty one if it is not set."""
    return (XSH.env[name],) if XSH.env.is_manually_set(name) and name in XSH.env else ()

def text(name):
    return "".join(map(str, held(name)))

def put(name, value):
    # `$NAME=value command` leaves a value of this thread's, which hides the other one.
    while not value and XSH.env.is_manually_set(name):
        del XSH.env[name]
    if value:
        XSH.env[name] = value[0]

def change(changes):
    """Makes all changes or none: a variable can have a type that refuses a value."""
    before = {name: held(name) for name in changes}
    try:
        for name, value in changes.items():
            put(name, value)
    except Exception:  # the message of which would show the value
        for former, value in before.items():
            put(former, value)
        print(f"awsmfa: could not change the session: xonsh refuses the value of ${name}", file=sys.stderr)
        return False
    return True

@contextlib.contextmanager
def keys_left_to_awsmfa():
    """Ctrl-C and Ctrl-\\ reach xonsh too, which waits for what awsmfa makes of them."""
    is_main = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGINT, signal.SIGQUIT) if is_main else ()
    handlers = {number: signal.signal(number, lambda *_: None) for number in numbers}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)

def run(*words, **streams):
    """Runs awsmfa; gives its status and what it has printed."""
    streams = {"env": XSH.env.detype(), **streams}
    try:
        with subprocess.Popen(["awsmfa", *words], **streams) as awsmfa:
            printed = awsmfa.communicate()[0]
    except OSError as error:
        print(f"awsmfa: could not run awsmfa: {error.strerror}", file=sys.stderr)
        return 127, None
    return awsmfa.returncode if awsmfa.returncode >= 0 else 128 - awsmfa.returncode, printed

def ask(command, *words, assigned="", **streams):
    """Runs the only process that gets what this shell keeps. Its status, and the changes that it wants."""
    kept = {f"__awsmfa_{name}": value for name, value in state.kept.items()}
    env = {**XSH.env.detype(), **kept, "__awsmfa_assigned": assigned}
    status, printed = run(command, "--shell", "xonsh", *words, env=env, stdout=subprocess.PIPE, **streams)
    if status:
        return status, None, None
    message = json.loads(printed)
    return 0, message, {**dict.fromkeys(message["unset"], ()), **{k: (v,) for k, v in message["set"].items()}}

def log_in(*words, **more):
    """Makes the changes of a login, and remembers what was there before the first one."""
    status, message, changes = ask("env", *words, **more)
    if status:
        return status
    records = [(record["names"], record["variable"], (record["value"],)) for record in message["directories"]]
    was = {name: (held(name), [record[1:] for record in records if name in record[0]]) for name in message["save"]}
    was.update(state.was)
    if not change(changes):
        return 1
    state.was = was
    for name in changes:
        state.left.setdefault(name, []).append(held(name))
    state.kept.update(message["keep"])
    state.ids += filter(any, [held("AWSMFA_ACCESS_KEY_ID")])
    return 0

def has_keys_of_ours():
    return held(KEYS[0]) in state.ids

def way_back(was, names):
    """What the variables were. A directory's variables come back in that directory only."""
    is_there = {name: all(held(variable) == value for variable, value in was[name][1]) for name in names}
    return {name: was[name][0] if is_there[name] else () for name in names}

@unthreadable
@keys_left_to_awsmfa()
def aws_mfa_on(args, stdin=None, stdout=None, stderr=None, spec=None):
    """Put an MFA session into this terminal: aws-mfa-on [PROFILE] [CODE] [flags of awsmfa env]"""
    if {"-h", "--help"} & set(args):
        return run("env", "--help", stdout=stdout, stderr=stderr)[0]
    # xonsh puts back what `$NAME=value` before the command assigns, so awsmfa refuses what it would change.
    return log_in(*args, assigned=" ".join(getattr(spec, "env", None) or ()), stderr=stderr)

@unthreadable
@keys_left_to_awsmfa()
def aws_mfa_off(args, stdin=None, stdout=None, stderr=None):
    """Take the session out of this terminal and put back what was there: aws-mfa-off [--all]"""
    if args not in ([], ["--all"]):
        return run("off", *args, stdout=stdout, stderr=stderr)[0]
    # What has been set since the login stays. The keys of any session of ours go.
    ours = [name for name in state.was if held(name) in state.left.get(name, ())]
    ours += WITH_KEYS if state.was and has_keys_of_ours() else ()
    changes = way_back(state.was, ours)
    # If this shell has no base session of its own, the agent may have it: then awsmfa runs in any case, to say so.
    if not state.was or args or text("AWSMFA_BASE_EXPIRES_AT") and not state.kept.get("base"):
        status, _, printed = ask("off", *args, stderr=stderr)
        if status and not state.was:
            return status
        changes = changes if state.was else printed
    state.ids += filter(any, [held("AWSMFA_ACCESS_KEY_ID")])
    if not change(changes):
        return 1
    state.kept, state.was, state.ended, state.left = {}, {}, state.was, {}
    return 0

def end_again(**_):
    """Takes the keys of an ended session away again: mise puts them back on leaving a directory."""
    if not state.was and has_keys_of_ours():
        change(way_back(state.ended, [name for name in KEYS if name in state.ended]))
        if has_keys_of_ours():
            change(dict.fromkeys(KEYS, ()))

def left(name):
    """The seconds until the time in a variable; None if it has none."""
    return int(text(name)) - int(time.time()) if re.fullmatch("[0-9]{1,12}", text(name)) else None

def session_left():
    """The same for the session that `on` set, as long as nothing else has replaced its keys."""
    return left("AWSMFA_EXPIRES_AT") if text(KEYS[0]) == text("AWSMFA_ACCESS_KEY_ID") else None

def show(value):
    """Without the characters that steer a terminal or reorder text, and without bytes that are not UTF-8."""
    steering = "\x01-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
    return re.sub(f"[{steering}]", "", value)

def prompt():
    """Profile and time left, for {awsmfa} in $PROMPT."""
    seconds = session_left()
    if seconds is None:
        return None
    # The session that a role was assumed with counts if it expires sooner.
    base = left("AWSMFA_BASE_EXPIRES_AT") or 0
    seconds = base if 0 < base < seconds else seconds
    hours = f"{seconds // 3600}h" if seconds >= 3600 else ""
    end = f"{hours}{seconds // 60 % 60}m" if seconds > 0 else "over"
    # xonsh looks for names of colors in braces, in the whole prompt.
    return f"{show(text('AWSMFA_PROFILE'))} {end}".replace("{", "{{").replace("}", "}}")

# >>> warnings
def say_changes(seconds, warn_from):
    """Says what has changed about the session, each thing once."""
    profile, renew, other = show(text("AWSMFA_PROFILE")), "aws-mfa-on renews it", ()
    for name in ("AWS_DEFAULT_PROFILE", "AWS_PROFILE"):
        # With --profiles, every tool uses what it names.
        if not text("AWSMFA_OVERLAY") and text(name) not in ("", text("AWSMFA_PROFILE")):
            other = (name, text(name))
    if other and state.other != other:
        print(f"awsmfa: this terminal holds the session of {profile}, but {other[0]} is now {show(other[1])},",
              f"which some tools use instead: del ${other[0]}, or log in with aws-mfa-on", file=sys.stderr)
    state.other = other
    end = "has expired" if seconds <= 0 else "expires in ten minutes or less" if seconds <= warn_from else ""
    if end and state.said != (text("AWSMFA_EXPIRES_AT"), end):
        state.said = (text("AWSMFA_EXPIRES_AT"), end)
        # With another profile named, aws-mfa-on would log in to that one.
        renew = f"del ${other[0]}, then {renew}" if other else renew
        print(f"awsmfa: the session of {profile} {end}: {renew}", file=sys.stderr)

def say_agents_end():
    """Says once, half an hour before the agent's session ends, that it does. It can only be the agent's if this
    shell does not keep it: then awsmfa runs once, to ask."""
    end = held("AWSMFA_BASE_EXPIRES_AT")
    if not state.kept.get("base") and state.asked != end and 0 < (left("AWSMFA_BASE_EXPIRES_AT") or 0) <= 1800:
        state.asked = end
        run("status", "--agent-end", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
# <<< warnings

# >>> hook
def before_prompt(**_):
    """`init --renew` adds `renew`, which says whether it renews this session."""
    end_again()
    seconds, warn_from = session_left(), 600
    if seconds is not None and "renew" in globals() and renew(seconds):
        seconds, warn_from = session_left(), 300
    if seconds is not None and "say_changes" in globals():
        say_changes(seconds, warn_from)
        say_agents_end()
# <<< hook

XSH.aliases.update({"aws-mfa-on": aws_mfa_on, "aws-mfa-off": aws_mfa_off})
XSH.env["PROMPT_FIELDS"]["awsmfa"] = prompt
for event, hook in state.hooks.items():
    getattr(XSH.builtins.events, event).discard(hook)
state.hooks = dict.fromkeys(["on_pre_prompt_format", "on_precommand", "on_chdir"], end_again)
state.hooks["on_pre_prompt_format"] = globals().get("before_prompt", end_again)
for event, hook in state.hooks.items():
    getattr(XSH.builtins.events, event)(hook)
