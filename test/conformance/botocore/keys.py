"""Access key ids: those issued since 2019 hold their account, older ones (AKIAI…, AKIAJ…) do not."""
import random

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def key_of(account, kind="ASIA", seed=0):
    """Ten characters are 50 bits: a one, 40 bits of account, nine of what tells the key; six more characters follow."""
    rng = random.Random(f"{account}{seed}")
    bits = (1 << 49) | (int(account) << 9) | rng.getrandbits(9)
    head = "".join(ALPHABET[(bits >> shift) & 31] for shift in range(45, -5, -5))
    return kind + head + "".join(rng.choice(ALPHABET) for _ in range(6))


def old_key(seed=0):
    rng = random.Random(f"old{seed}")
    return "AKIA" + rng.choice("IJ") + "".join(rng.choice(ALPHABET) for _ in range(15))
