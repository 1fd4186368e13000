"""The demo's past before the page opens: how the DAO was set up and what it did, all by its members' own actions."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo.acting import Answer, fill_in, link_wallet, press, type_command
from bot.demo.people import ADA, BEN, CHIARA, DEV, ESRA, HOLDERS, MARA, Person
from bot.demo.stage import Stage
from bot.demo.story.message_texts import said
from bot.demo.story.web_actions import address_in, cast_there, signed_ballot
from bot.domain.shared.addresses import checksummed

HOUR, DAY = 3_600, 86_400
PAST = 9 * DAY
"""About how long before now the story begins, in seconds."""
QUORUM, MINIMUM, STEWARDS_HOLD = "1,000,000", "10,000", "300,000"
MILESTONES = "Ethics approval: 10,000\nFirst 40 volunteers: 25,000\nAll 120 volunteers: 60,000"
CAMPAIGN = "Evening-light sleep trial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody types into the form of a proposal. `choices` are one a line; empty is For, Against, Abstain."""

    title: str
    summary: str
    body: str
    voting: str = "basic"
    choices: str = ""
    discussion: str = ""
    signed: bool = False


MITOCLOCK = Draft(
    title="Fund the Mitoclock cohort for a second year",
    summary="Follow the same 300 volunteers for another year, for 180,000 USDH.",
    body=(
        "## What the first year gave\n"
        "300 complete blood panels, and an age clock that **beats chronological age** at predicting grip strength.\n\n"
        "## What a second year costs\n"
        "| For | USDH |\n|---|---|\n| Two nurses | 96,000 |\n"
        "| Laboratory | 62,000 |\n| Storage of samples | 22,000 |\n\n"
        "## What we learn\n"
        "- whether the clock moves when people change how they sleep\n"
        "- how far two panels of one person differ ([protocol](https://protocols.hearthspan.example/panel-3))\n\n"
        "All data become open after *twelve months*."
    ),
    discussion="https://forum.hearthspan.example/t/mitoclock-year-2",
)
ASSAY = Draft(
    title="Which assay do we fund next?",
    summary="One assay gets the autumn grant of 40,000 USDH; the others wait for spring.",
    body=(
        "All three groups presented at the May call. Zebrafish is the quickest, organoids are the closest to people, "
        "and the worm screen is the cheapest by far: it could test 2,000 compounds."
    ),
    voting="single-choice",
    choices="Zebrafish healthspan\nLiver organoids\nWorm screen of 2,000 compounds",
    discussion="https://forum.hearthspan.example/t/autumn-assay",
)

MEETING = Draft(
    title="Where do we meet in October?",
    summary="The yearly meeting of the DAO: rank the four cities that offered a hall.",
    body=(
        "All four halls are free from 12 to 14 October and hold 200 people. Travel is paid by whoever travels; the "
        "hall is paid from the community budget, and costs about the same everywhere."
    ),
    voting="ranked-choice",
    choices="Lisbon\nTallinn\nLjubljana\nValencia",
)
SAFE = Draft(
    title="Move the treasury into a Safe with five owners",
    summary="Three of five owners sign whatever leaves the treasury, in place of one key.",
    body=(
        "One key holds all that we raise for research. A Safe with five owners, three of whom must sign, survives a "
        "lost laptop and a bad day.\n\nThe owners are the five members with the longest record of votes. What is "
        "decided here moves keys, so every ballot is signed by its wallet."
    ),
    discussion="https://forum.hearthspan.example/t/safe",
    signed=True,
)
DATA = Draft(
    title="Open the blood-panel data to everybody",
    summary="All 300 panels of the first year become public, without names, under CC BY 4.0.",
    body="Every panel has been stripped of names and dates of birth; the ethics board agreed in May.",
)
RANKINGS = ((ADA, "3, 1, 4, 2"), (BEN, "1, 4, 3, 2"), (DEV, "4, 3, 1, 2"), (ESRA, "2, 3, 1, 4"))


async def found(stage: Stage) -> dict[str, Answer]:
    """Set the DAO up as a moderator does with `/config`; return the answers by command."""
    answers: dict[str, Answer] = {}

    async def config(command: str, **options: object) -> None:
        answers[command] = await type_command(stage, MARA, f"config {command}", where="moderators", **options)

    form = await type_command(stage, MARA, "config strategies", where="moderators")
    answers["strategies"] = await fill_in(
        stage, MARA, form, {"Strategies, as Snapshot's JSON": stage.ledger.strategies()}
    )
    await config(
        "channels",
        proposals=stage.channels["proposals"],
        announcements=stage.channels["announcements"],
        moderators=stage.channels["moderators"],
    )
    await config("proposers", role1=stage.roles["Researcher"], minimum=MINIMUM)
    await config("voting", period="3d", delay="0", quorum=QUORUM)
    if stage.base_url is not None:
        await config("web", public=True)
    return answers


async def write(stage: Stage, author: Person, draft: Draft) -> Answer:
    """Write a draft with `/proposal new` and its form."""
    options = {"ballots": "signed"} if draft.signed else {}
    form = await type_command(stage, author, "proposal new", where="hall", type=draft.voting, **options)
    return await fill_in(stage, author, form, _typed(draft))


async def edit(stage: Stage, author: Person, number: int, draft: Draft) -> Answer:
    """Change a proposal's text with `/proposal edit` and its form, and post the change."""
    form = await type_command(stage, author, "proposal edit", where="hall", proposal=number)
    changed = await fill_in(stage, author, form, _typed(draft))
    await stage.work()
    return changed


def _typed(draft: Draft) -> dict[str, str]:
    values = {"Title": draft.title, "Summary": draft.summary, "Proposal": draft.body, "Discussion": draft.discussion}
    return values | ({"Choices": draft.choices} if draft.choices else {})


async def submit(stage: Stage, author: Person, drafted: Answer) -> Answer:
    """Press the draft's button, and have its card posted."""
    submitted = await press(stage, author, drafted.response, "Submit")
    await stage.work()
    return submitted


async def rank(stage: Stage, person: Person, ranking: str) -> Answer:
    """Type a ranking into the form of the newest card."""
    form = await press(stage, person, card(stage), "Type my vote")
    return await fill_in(stage, person, form, {"Your ranking, the best first": ranking})


async def start_campaign(stage: Stage) -> Answer:
    """Start the campaign for the sleep trial, in stablecoins."""
    form = await type_command(
        stage,
        MARA,
        "campaign new",
        where="moderators",
        title=CAMPAIGN,
        treasury=checksummed(stage.ledger.treasury),
        token=checksummed(stage.ledger.stablecoin),
        deadline="60 days",
    )
    return await fill_in(stage, MARA, form, {"Milestones, one a line: Name: amount": MILESTONES})


async def live(stage: Stage) -> None:
    """Play the past: a vote that passed, a milestone that was reached, a vote that is still open."""
    await found(stage)
    for person in HOLDERS:
        await link_wallet(stage, person)
    await type_command(stage, MARA, "roles add", where="moderators", role=stage.roles["Steward"], minimum=STEWARDS_HOLD)
    await submit(stage, ADA, await write(stage, ADA, MITOCLOCK))
    votes = ((ADA, "For"), (BEN, "Against"), (CHIARA, "For"), (DEV, "Abstain"), (ESRA, "Abstain"), (DEV, "For"))
    for person, choice in votes:
        await press(stage, person, card(stage), choice)
        await stage.pass_time(3 * HOUR)
    await stage.pass_time(3 * DAY)
    await start_campaign(stage)
    await type_command(
        stage,
        MARA,
        "treasury watch",
        where="moderators",
        treasury=checksummed(stage.ledger.treasury),
        label="Hearthspan treasury",
        token=checksummed(stage.ledger.stablecoin),
    )
    stage.ledger.donate("12,400")
    await stage.pass_time(DAY)
    stage.ledger.move(BEN, ESRA, "25,000")
    await stage.pass_time(DAY)
    await submit(stage, DEV, await write(stage, DEV, ASSAY))
    for person, choice in ((ADA, "Zebrafish healthspan"), (DEV, "Liver organoids")):
        await press(stage, person, card(stage), choice)
        await stage.pass_time(5 * HOUR)
    await submit(stage, ADA, await write(stage, ADA, MEETING))
    for person, ranking in RANKINGS:
        await rank(stage, person, ranking)
    await stage.pass_time(HOUR)
    await submit(stage, ADA, await write(stage, ADA, SAFE))


async def sign(stage: Stage) -> None:
    """Let two members sign their ballots on the newest proposal, on the web pages, which must be served meanwhile."""
    for person in (ADA, CHIARA):
        address = address_in(await press(stage, person, card(stage), "For"))
        await cast_there(address, await signed_ballot(address, person, 1))
    await stage.pass_time(HOUR)


async def ask(stage: Stage) -> None:
    """Put the newest question to the vote: the one that a visitor finds open."""
    await submit(stage, ESRA, await write(stage, ESRA, DATA))
    for person, choice in ((CHIARA, "For"), (DEV, "Against")):
        await press(stage, person, card(stage), choice)
    await stage.work()


def card(stage: Stage, number: int | None = None) -> object:
    """Return a proposal's card in the channel: the newest proposal's, or that of a number."""
    posted = [m for m in stage.channels["proposals"].history() if m.author.id == stage.env.bot.user.id and m.components]
    cards = [message for message in posted if any("power:" in str(row.to_dict()) for row in message.components)]
    wanted = [m for m in cards if number is None or f"#{number}, " in said(m)]
    return wanted[-1]
