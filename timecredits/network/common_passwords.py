"""Passwords of twelve characters or more that very many people use: whoever guesses tries these first.

The list is those of at least 12 plain characters in Royce Williams's list of the 20,000 most common, as Django ships it (BSD
licence), without those that look like one person's own. Beside it, what is plainly one of them with a tail, what repeats
itself, and what runs along the alphabet or the digits.
"""

import re
from typing import Final

__all__ = ["is_common"]

_LISTED: Final = """
q1w2e3r4t5y6 1qaz2wsx3edc 111222tianya 1q2w3e4r5t6y startfinding qwerty123456 123qweasdzxc polniypizdec0211 123456qwerty
n8zgt5p0shw= 123456654321 telechargement 123456123456 qazwsxedcrfv 1q2w3e4r5t6y7u8i9o0p 123456789123
qwertyqwerty 112233445566 justinbieber 123456789987654321 qweasdzxc123 123456789123456789 5532361cnjqrf qwertyuiop[]
qazwsxedc123 password1234 international temppassword 1q2w3e4r5t6y7u professional polniypizdec1102 0r968ji9ufj6 jundian2011xr
qwertyuiop123 qwerasdfzxcv leavemealone finalfantasy 123456789abc administrator 123qwe123qwe zxcasdqwe123 demon1q2w3e4r
jamesbond007 asdfghjkl123 demon1q2w3e4r5t projectsadminx playstation3 123456789qwe sonyericsson 1qazxsw23edc linkedin2011
1q2w3e4r5t6y7u8i ihatethisgame s8ylpe9jdpvym 123123123123 123321123321 111111111111 123456789asd doomsayer.2.7mords.v
seniseviyorum onedirection transformers 1q2w3e4r5t6y7u8i9o doomsayer.2.7mords.vv supernatural gfhjkmgfhjkm sonnenschein
password12345 peanutbutter 12345678900987654321 1qaz2wsx3edc4rfv qwertyuiop12 needforspeed 1234567890-= migrationschool
1234567891011 lovelovelove liverpool123 xtseo2011tdx playstation2 gettherefast internazionale 123456789123456 abc123456789
ingodwetrust 12345678901234567890 qwertyasdfgh christopher1 sdf7asdf6asdg8df ghhh47hj7649 1234567890qwertyuiop zmx870919123
inactive1996aug jesuslovesme avrillavigne ilovemyfamily counterstrike 159753159753 stratocaster qwertyytrewq dfg5fhg5vgfh1
1234567891234567 123admin321a 123456789qwerty googletester hawkesbury93 qazwsxedcrfvtgb q1w2e3r4t5y6u7i8o9p0 imyaimyaimya
qazxswedcvfr password123456 123456789qaz jkiuztdftl57 starwarsfan10 hannahmontana familiyafamiliya
123456789101112 1234567890123 12345678987654321 cookiemonster qwerty123456789 000000000000
ghbdtnrfrltkf 111111111111111 kartoffelpuffer edwardcullen qwe123qwe123 cosmopolitan
somanypickles27 michaeljackson zaq1xsw2cde3 minecraft123 moderncombat przyjaciolki residentevil
123456789000 manchesterunited sebastian106 knackwurst8853 1234567890987654321 fallen_angel
"""
_STEMS: Final = (
    "password passwort passw0rd qwerty qwertyuiop letmein welcome iloveyou administrator timecredits timecredit volunteer"
    " volunteering welcometo charity football liverpool sunshine princess monkey dragon"
)
_RUNS: Final = ("abcdefghijklmnopqrstuvwxyz" * 2, "0123456789" * 20, "qwertyuiopasdfghjklzxcvbnm", "9876543210" * 20)
_FEWEST_DIFFERENT: Final = 4
_COMMON: Final = frozenset(_LISTED.split())
_BEGINNINGS: Final = frozenset(_STEMS.split())


def is_common(password: str) -> bool:
    """Whether a guesser would try this early. Capitals and what stands round it make no difference."""
    plain = "".join(password.lower().split())
    if plain in _COMMON or len(set(plain)) < _FEWEST_DIFFERENT or any(plain in run for run in _RUNS):
        return True
    if re.fullmatch(r"(.{1,8}?)\1{2,}", plain, re.DOTALL):
        return True
    letters = re.sub(r"[^a-z]+$|^[^a-z]+", "", plain)
    doubled = re.fullmatch(r"(.{1,12}?)\1", letters)
    return (doubled.group(1) if doubled else letters) in _BEGINNINGS
