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
WHOLE, NOBODY = "whole", "nobody"  # the list shows everybody; or there is nobody whom it could leave out
VALID = {WHOLE: timedelta(days=30), NOBODY: timedelta(days=1)}


class Directory:
    """The ERP's people by their documents."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._shows_all: bool | None = None
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
            if self._shows_all is None:
                self._shows_all = self._is_known() or await self._find_out()
            return self._shows_all

    def _is_known(self) -> bool:
        notes, now = self.parts.state.notes, self.parts.clock()
        at, valid = notes.time(FOUND_OUT_AT), VALID.get(notes.get(SHOWS) or "")
        return bool(at and valid and at <= now < at + valid)

    async def _find_out(self) -> bool:
        """Whether somebody with another profile alone is listed without being asked for."""
        someone = False
        for kind, profile in WHERE_THEY_ARE:
            people = await self.parts.erp.some_people(kind, profile)
            someone = someone or bool(people)
            for person in people:
                if person.document and Profile.CUSTOMER not in person.profiles:
                    shown = bool(await self.parts.erp.find_people(person.document, kind))
                    return self._note(WHOLE) if shown else False
        return False if someone else self._note(NOBODY)

    def _note(self, word: str) -> bool:
        notes = self.parts.state.notes
        notes.set(SHOWS, word)
        notes.set_time(FOUND_OUT_AT, self.parts.clock())
        return True
