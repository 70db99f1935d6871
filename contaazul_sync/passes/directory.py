"""Looking people up in the ERP, also those whom its list leaves out unless it is asked for them.

The list's documented defaults (only people of kind Física, only the profile Cliente) are enforced or not,
which nobody has settled (docs/conta-azul.md). So the kind is always said. Whether other profiles are shown
is found out once in a while, by a person who has no other; where they are not, a miss is asked again.
"""

import asyncio
from datetime import timedelta

from contaazul_sync.core.erp import ErpPerson, Profile
from contaazul_sync.erp.words import COMPANY, FOREIGNER, PERSON, kind_of
from contaazul_sync.passes.parts import Parts

OTHERS = (Profile.SUPPLIER, Profile.CARRIER)
WHERE_THEY_ARE = (  # a carrier who is no company is met when the ERP refuses to create them twice
    (COMPANY, Profile.SUPPLIER),
    (PERSON, Profile.SUPPLIER),
    (COMPANY, Profile.CARRIER),
)
SHOWS, FOUND_OUT_AT = "people_shown", "people_shown_at"  # notes in the state
# The list shows everybody, or leaves some out; there is nobody whom it could leave out, or nobody to tell by.
WHOLE, PART, NOBODY, UNSURE = "whole", "part", "nobody", "unsure"
VALID = {
    WHOLE: timedelta(days=30),
    PART: timedelta(days=30),
    NOBODY: timedelta(days=1),
    UNSURE: timedelta(days=1),
}


class Directory:
    """The ERP's people by their documents."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._asking = asyncio.Lock()

    async def find(self, document: str) -> list[ErpPerson]:
        """The people with this document, of the kind that has such a one, whatever their profiles."""
        erp = self.parts.erp
        found = await erp.find_people(document)
        if found or await self._shows_everybody():
            return found
        for profile in OTHERS:
            if found := await erp.find_people(document, profile=profile):
                return found
        return []

    async def find_anywhere(self, document: str) -> list[ErpPerson]:
        """The people with this document, whatever their kind: the ERP says that there is one."""
        others = (kind for kind in (PERSON, COMPANY, FOREIGNER) if kind != kind_of(document))
        for kind in (kind_of(document), *others):
            for profile in Profile:
                if found := await self.parts.erp.find_people(document, kind, profile):
                    return found
        return []

    async def _shows_everybody(self) -> bool:
        async with self._asking:
            return (self._known() or self._note(await self._find_out())) in (WHOLE, NOBODY)

    def _known(self) -> str | None:
        """What was found out, while that is still likely."""
        notes, now = self.parts.state.notes, self.parts.clock()
        at, word = notes.time(FOUND_OUT_AT), notes.get(SHOWS) or ""
        return word if at and word in VALID and at <= now < at + VALID[word] else None

    async def _find_out(self) -> str:
        """Whether somebody with another profile alone is listed without being asked for."""
        word = NOBODY
        for kind, profile in WHERE_THEY_ARE:
            for person in await self.parts.erp.some_people(kind, profile):
                if person.document and Profile.CUSTOMER not in person.profiles:
                    return WHOLE if await self.parts.erp.find_people(person.document, kind) else PART
                word = UNSURE
        return word

    def _note(self, word: str) -> str:
        notes = self.parts.state.notes
        notes.set(SHOWS, word)
        notes.set_time(FOUND_OUT_AT, self.parts.clock())
        return word
