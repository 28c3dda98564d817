
# Renews a role session with less than five minutes left, without a code, once a minute at most. The login has left
# what a renewal needs; without it, this session is not renewed. Only if the renewal fails, the user hears that the
# session expires.
var tried = 0
set own:renewal~ = {|seconds|
    var renews = (not-eq $own:keep[request] '')
    var now = (now)
    if (and $renews (< $seconds 300) (not (<= $tried $now (+ $tried 59)))) {
        set tried = $now
        try { log-in (ask env --shell elvish --renew 2> /dev/null 3< /dev/null) } catch { }
    }
    put $renews
}
