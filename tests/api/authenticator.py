"""An authenticator of our own (RFC 6238), for tests of logging in."""
import base64
import hashlib
import hmac
import struct
import time


def code(secret, steps=0, now=None):
    """The six digits of a secret in base32, `steps` of thirty seconds from now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time() if now is None else now) // 30 + steps)
    mac = hmac.new(key, counter, hashlib.sha1).digest()
    at = mac[19] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"
