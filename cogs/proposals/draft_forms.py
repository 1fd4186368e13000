"""Writing a proposal: its form, the draft's buttons, and the way back into a form that was refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord

from bot.domain.proposals.proposal import MAX_BODY, MAX_SUMMARY, MAX_TITLE, MAX_URL, Proposal, State, Text
from bot.domain.shared.errors import InvalidInput, NotAllowed, Refused, TextChanged, WrongState
from bot.domain.shared.errors.kinds import Reserved, Step
from bot.domain.shared.types import ProposalId
from bot.domain.voting import SYSTEMS
from bot.domain.voting.systems.basic import CHOICES
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.services.proposals.text_revisions import mark_of
from cogs._shared.components import MARK, Buttons, Form, ProposalItem, StoredItem, check_mark, mark, pressed
from cogs._shared.formatting import quoted
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, said_at
from cogs._shared.seen_proposals import name_of, pressed_proposal, proposal_view
from cogs.audit.result_files import public_page
from cogs.general.error_messages import words
from cogs.proposals.drafts.draft_card import draft_card
from cogs.proposals.drafts.draft_steps import discard, submit, tell_discarded, tell_submitted
from cogs.proposals.refused_forms import RefusedForms, Typed

_CHOICES = 2_400
_STEPS = {"edit": N_("Edit"), "submit": N_("Submit"), "discard": N_("Discard")}


class DraftForm(Form):
    """The form of a proposal, filled with what was typed before."""

    def __init__(self, interaction: Interaction, refused_forms: RefusedForms, typed: Typed) -> None:
        super().__init__(
            interaction,
            title=_("Edit #{number}", number=typed.number)
            if typed.number
            else _("New proposal ({system})", system=_(typed.voting)),
        )
        self._refused_forms, self._typed = refused_forms, typed
        text = typed.text
        self._title = self._input("title", _("Title"), _("What is asked, in a line"), text.title, MAX_TITLE)
        self._summary = self._input(
            "summary",
            _("Summary"),
            _("One sentence for the card; may stay empty"),
            text.summary,
            MAX_SUMMARY,
            required=False,
        )
        self._body = self._input(
            "body", _("Proposal"), _("All of it: what, why, who, how much"), text.body, MAX_BODY, long=True
        )
        self._choices = None
        if not SYSTEMS[typed.voting].for_against:
            self._choices = self._input(
                "choices", _("Choices"), _("2 to 25, one a line"), "\n".join(typed.choices), _CHOICES, long=True
            )
        self._discussion = self._input(
            "discussion",
            _("Discussion"),
            _("Where it is discussed: a web address; may stay empty"),
            text.discussion,
            MAX_URL,
            required=False,
        )

    def _input(
        self, name: str, label: str, hint: str, value: str, most: int, *, long: bool = False, required: bool = True
    ) -> discord.ui.TextInput[Any]:
        style = discord.TextStyle.paragraph if long else discord.TextStyle.short
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id=name, style=style, default=value[:most] or None, max_length=most, required=required
        )
        self.add_item(discord.ui.Label(text=label, description=hint, component=field))
        return field

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Store what was typed, or say why not and give it back."""
        await acknowledge(interaction)
        app, guild, member = interaction.client.app, guild_of(interaction), member_of(interaction)
        await interaction.client.check_on(guild, "proposals")
        typed = replace(
            self._typed,
            text=Text(
                title=self._title.value,
                summary=self._summary.value,
                body=self._body.value,
                discussion=self._discussion.value,
            ),
            choices=_lines(self._choices.value) if self._choices else self._typed.choices or CHOICES,
        )
        try:
            if typed.number is None:
                space = await app.spaces.numbered(guild, typed.space)
                draft = await app.proposals.draft(space, member, typed.text, typed.voting, typed.choices, typed.chosen)
            else:
                draft = await app.text_revisions.edit(
                    guild,
                    typed.number,
                    member,
                    typed.text,
                    typed.choices,
                    seen=typed.seen,
                    said=said_at(interaction),
                )
        except Refused as error:
            await self._give_back(interaction, typed, error)
            return
        if draft.terms is None:
            await show_draft(interaction, draft)
        else:
            await answer(interaction, _changed(draft))

    async def _give_back(self, interaction: Interaction, typed: Typed, error: Refused) -> None:
        app, text = interaction.client.app, words(error) or str(error)
        match error:
            case InvalidInput():
                more = _("Nothing that you typed is lost: the button opens the form again, for 15 minutes.")
            case TextChanged():
                current = await app.proposals.view(guild_of(interaction), error.number, member_of(interaction))
                typed = replace(typed, seen=mark_of(current.proposal))
                more = _(
                    "Nothing that you typed is lost: the button opens the form with it, for 15 minutes, and what you "
                    "send then takes the place of the newer text."
                )
            case WrongState(state=State.VOTING | State.CLOSING | State.HELD | State.CLOSED):
                fixed = _("The text is fixed from the moment voting opens, so that everybody votes on the same.")
                held = _("The file holds what you typed.")
                await answer(interaction, f"{text}\n{fixed} {held}", file=typed.file())
                return
            case _:
                held = _("The file holds what you typed.")
                await answer(interaction, f"{text}\n{held}", file=typed.file())
                return
        key = self._refused_forms.keep(interaction.user.id, typed, app.clock.now())
        await answer(interaction, f"{text}\n{more}", view=Buttons(FixButton(key)), file=typed.file())


class FixButton(StoredItem, template=r"fix-proposal:(?P<key>[0-9a-f]{16})"):
    """Opens a refused form again, with what was typed."""

    def __init__(self, key: str, label: str = "") -> None:
        super().__init__(
            discord.ui.Button(
                label=label or _("Fix it"), style=discord.ButtonStyle.primary, custom_id=f"fix-proposal:{key}"
            )
        )
        self.key = key

    @pressed("proposals", first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open it."""
        refused_forms = refused_forms_of(interaction)
        typed = refused_forms.take(self.key, interaction.user.id, interaction.client.app.clock.now())
        if typed is None:
            await answer(
                interaction,
                _(
                    "What you typed is kept for 15 minutes and until I restart, and that is over. "
                    "Next: /proposal new opens an empty form."
                ),
            )
            return
        await DraftForm(interaction, refused_forms, typed).show(interaction)


class DraftButton(ProposalItem, template=r"draft:(?P<proposal>\d{1,18})" + MARK + r":(?P<step>edit|submit|discard)"):
    """A button for one step that a draft can take next; only its author may use it."""

    def __init__(self, proposal: ProposalId, step: str, mark: str = "") -> None:
        styles = {"submit": discord.ButtonStyle.success, "discard": discord.ButtonStyle.danger}
        super().__init__(
            proposal,
            discord.ui.Button(
                label=_(_STEPS[step]),
                style=styles.get(step, discord.ButtonStyle.secondary),
                custom_id=f"draft:{proposal}.{mark}:{step}" if mark else f"draft:{proposal}:{step}",
            ),
        )
        self.step, self.mark = step, mark

    @pressed("proposals", first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Take the step."""
        if self.step != "edit":
            await acknowledge(interaction, update=True)
        found = await pressed_proposal(interaction, self.proposal)
        check_mark(self.mark, found.created_at, found.author)
        if self.step == "edit":
            await open_form(interaction, found.number)
            return
        take = submit if self.step == "submit" else discard
        try:
            await take(interaction, found.number)
        except WrongState:
            await self._tell_done(interaction)

    async def _tell_done(self, interaction: Interaction) -> None:
        """Answer a second press as the first one. Raises WrongState if what is asked was not done by its author."""
        found = await interaction.client.app.cards.stored(self.proposal)
        by_author = found.author == member_of(interaction)
        if by_author and self.step == "submit" and found.terms is not None and found.tombstone is None:
            await tell_submitted(interaction, found)
        elif by_author and self.step == "discard" and found.terms is None and found.tombstone is not None:
            await tell_discarded(interaction, found)
        else:
            state = found.state(interaction.client.app.clock.now())
            step = Step.SUBMIT if self.step == "submit" else Step.DISCARD
            raise WrongState(number=found.number, state=state, step=step)


def refused_forms_of(interaction: Interaction) -> RefusedForms:
    """Return where this client keeps what was typed."""
    return next(
        (
            refused_forms
            for cog in interaction.client.cogs.values()
            if isinstance(refused_forms := getattr(cog, "refused_forms", None), RefusedForms)
        ),
        RefusedForms(),
    )


async def show_draft(interaction: Interaction, draft: Proposal) -> None:
    """Show a draft to its author, with the steps on from it."""
    born = mark(draft.created_at, draft.author)
    steps = [DraftButton(draft.id, step, born) for step in ("edit", "submit", "discard")]
    name = await name_of(interaction.client.app, draft)
    if name:
        told = [_("Draft #{number} is stored in “{space}”.", number=draft.number, space=quoted(name))]
    else:
        told = [_("Draft #{number} is stored.", number=draft.number)]
    if page := await public_page(interaction.client.app, draft):
        told.append(_("Once you submit it, anybody can read it on the web, at {page}.", page=page))
    await answer(interaction, content=None, embed=None, view=draft_card(draft, [steps], told=" ".join(told)))


async def open_form(interaction: Interaction, number: int) -> None:
    """Open the form of a text that may still change; it must be the first answer, so nothing slow comes before."""
    member = member_of(interaction)
    view = await proposal_view(interaction, number)
    if view.proposal.author != member:
        raise NotAllowed(Reserved.AUTHOR_EDITS)
    if view.state not in (State.DRAFT, State.PENDING):
        raise WrongState(number=number, state=view.state, step=Step.EDIT)
    await DraftForm(interaction, refused_forms_of(interaction), Typed.of(view.proposal)).show(interaction)


def _changed(proposal: Proposal) -> str:
    return _(
        "#{number} ({title}) says what you typed, and its content identifier is {cid}. If something changed, its card "
        "and its thread show it in a moment; /proposal history {number} lists the versions.",
        number=proposal.number,
        title=quoted(proposal.text.title, 80),
        cid=f"`{proposal.cid}`",
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for entry in text.splitlines() if (line := " ".join(entry.split())))
