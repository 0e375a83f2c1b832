"""Whether somebody agrees to what they were asked, and says nothing besides."""

import re

YES = re.compile(
    r"(?:yes|yep|yeah|right|correct|exactly|ok|okay|do it|do that|that's right|that is right|that's it)"
    r"(?:[ ,]+(?:please|thanks|thank you|do it|do that|that's right|that is right|exactly))*[ .!]*"
)
NO = re.compile(
    r"(?:no|nope|wrong|not that|not quite|that's wrong|that is wrong)"
    r"(?:[ ,]+(?:thanks|thank you|wrong|not that|not quite|that's wrong|that is wrong|please))*[ .!]*"
)


def says_yes(text: str) -> bool | None:
    """Say whether a message is nothing but a yes, or nothing but a no; None where it is neither."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    if YES.fullmatch(plain):
        return True
    return False if NO.fullmatch(plain) else None
