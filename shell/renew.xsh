
@keys_left_to_awsmfa()
def renew(seconds):
    """Renews a role session with less than five minutes left, without a code, once a minute at most. The login has
    left what a renewal needs; without it, this is False. Only if the renewal fails, the user hears that the session
    expires."""
    if not state.kept.get("request"):
        return False
    now = time.time()
    if seconds < 300 and not state.tried <= now < state.tried + 60:
        state.tried = now
        log_in("--renew", stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return True
