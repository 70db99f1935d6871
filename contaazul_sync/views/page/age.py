"""What tells the reader that a page is old, by the clock of the reader: the one script, which asks nobody."""

import base64
import hashlib

from markupsafe import Markup

SCRIPT = (
    'const age=document.getElementById("age"),'
    "hours=Math.floor((Date.now()-Date.parse(age.dataset.made))/36e5);"
    "if(hours>0){const days=Math.floor(hours/24),"
    '[one,many,n]=hours<24?["hour","hours",hours]:["day","days",days];'
    'age.textContent=age.dataset[n<2?one:many].replace("{n}",n);age.hidden=false}'
)


def script() -> Markup:
    """The script, as it stands in the page."""
    return Markup(SCRIPT)  # noqa: S704 - nothing of it is from outside


def policy() -> Markup:
    """The page's policy: no request at all, and no script but this one, by its hash."""
    mark = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    told = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{mark}'"
    return Markup(told)  # noqa: S704
