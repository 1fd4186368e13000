"""Looks whether a member may propose before the form is opened, so that nobody writes for nothing."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from bot.domain.shared.errors import CannotPropose, FolkmootError, Unavailable
from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.components import Buttons
from cogs._shared.replies import Interaction, answer, member_of, roles_of
from cogs.general.error_messages import words
from cogs.proposals.draft_forms import DraftForm, FixButton
from cogs.proposals.refused_forms import RefusedForms, Typed

_log = logging.getLogger(__name__)

QUICK = 1.5
"""Seconds that the look may take: a form has to be opened within three. A draft needs no power, so then it opens."""


_LOOKING: set[asyncio.Task[None]] = set()
"""Looks that took longer, kept until they end."""


def _looked(look: asyncio.Task[None]) -> None:
    """Let go of a look that nobody waits for any more."""
    _LOOKING.discard(look)
    if not look.cancelled() and (error := look.exception()) is not None and not isinstance(error, FolkmootError):
        _log.error("looking whether a member may propose failed", exc_info=error)


async def begin_draft(interaction: Interaction, refused_forms: RefusedForms, space: Space, empty: Typed) -> None:
    """Open the form of a new proposal; tell who may not propose, with a button that opens it all the same.

    Raises InvalidInput for a member who has as many drafts as one may have.
    """
    app = interaction.client.app
    look = asyncio.create_task(app.proposals.check_author(space, member_of(interaction), roles_of(interaction)))
    done, _waiting = await asyncio.wait({look}, timeout=QUICK)
    if not done:  # it goes on, since what it reads is kept for the next time
        _LOOKING.add(look)
        look.add_done_callback(_looked)
    try:
        with suppress(Unavailable):
            if done:
                await look
    except CannotPropose as error:
        key = refused_forms.keep(interaction.user.id, empty, app.clock.now())
        told = _(
            "{why}\nYou can write a draft all the same: only you see it, and you submit it once you may.",
            why=words(error, app.chain.chains()),
        )
        offered = interaction.client.next_steps.buttons_for(interaction, error)
        ways = list(offered.children) if offered is not None else []
        await answer(interaction, told, view=Buttons(*ways, FixButton(key, _("Write a draft"))))
        return
    await DraftForm(interaction, refused_forms, empty).show(interaction)
