"""Another program that has a card open, until its standard input ends.

hold.py exclusive | transaction | shared  NUMBER OF THE READER
"""
import sys

from smartcard import scard

share = scard.SCARD_SHARE_EXCLUSIVE if sys.argv[1] == "exclusive" else scard.SCARD_SHARE_SHARED
protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1


def check(answer):
    code, *rest = answer if isinstance(answer, (list, tuple)) else [answer]
    if code != scard.SCARD_S_SUCCESS:
        sys.exit(scard.SCardGetErrorMessage(code))
    return rest


(context,) = check(scard.SCardEstablishContext(scard.SCARD_SCOPE_USER))
(readers,) = check(scard.SCardListReaders(context, []))
card, _ = check(scard.SCardConnect(context, readers[int(sys.argv[2])], share, protocols))
if sys.argv[1] == "transaction":
    check(scard.SCardBeginTransaction(card))
print("held", flush=True)
sys.stdin.read()
check(scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD))
