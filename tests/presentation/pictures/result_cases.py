"""Results as they come: each state that the picture of a result has."""

from __future__ import annotations

from fractions import Fraction

from bot.presentation.pictures.result_picture import Bar, ResultPicture

TWO_THIRDS = Fraction(2, 3)
_DUELS = {"Aubrey": 9, "Blackburn": 7, "Conboy": 7, "Gorbunova": 6, "Kaeberlein": 5} | {
    name: wins for wins, name in enumerate(["Zhavoronkov", "Sinclair", "Partridge", "Moskalev", "Levine"])
}


def a_bar(key: str, label: str, share: Fraction, figure: str, *, won: bool = False, out: str = "") -> Bar:
    """Make a bar."""
    return Bar(key=key, label=label, share=share, figure=figure, won=won, out=out)


def _passed() -> ResultPicture:
    return ResultPicture(
        bars=(
            a_bar("A", "For", Fraction(712, 1000), "71.2 %", won=True),
            a_bar("B", "Against", Fraction(246, 1000), "24.6 %"),
            a_bar("C", "Abstain", Fraction(42, 1000), "4.2 %"),
        ),
        verdict="Passed",
        threshold=TWO_THIRDS,
        threshold_words="2/3 needed",
        quorum=Fraction(131, 100),
        quorum_words="Quorum reached: 1.31 M of 1 M VITA",
        passed=True,
    )


def _rejected() -> ResultPicture:
    return ResultPicture(
        bars=(
            a_bar("A", "For", Fraction(666_6, 10_000), "66.66 %"),
            a_bar("B", "Against", Fraction(3334, 10_000), "33.34 %", won=True),
            a_bar("C", "Abstain", Fraction(0), "0 %"),
        ),
        verdict="Rejected",
        threshold=TWO_THIRDS,
        threshold_words="2/3 needed",
        quorum=Fraction(1),
        quorum_words="Quorum reached: 1 M of 1 M VITA",
        passed=False,
    )


def _no_quorum() -> ResultPicture:
    return ResultPicture(
        bars=(
            a_bar("A", "For", Fraction(999, 1000), "99.9 %"),
            a_bar("B", "Against", Fraction(1, 1000), "0.1 %"),
        ),
        verdict="No quorum",
        threshold=Fraction(1, 2),
        threshold_words="more than half needed",
        quorum=Fraction(62, 100),
        quorum_words="62 % of the quorum: 620 k of 1 M VITA",
        passed=False,
    )


def _nobody() -> ResultPicture:
    return ResultPicture(
        bars=(a_bar("A", "For", Fraction(0), "0 %"), a_bar("B", "Against", Fraction(0), "0 %")),
        verdict="Nobody voted",
        quorum=Fraction(0),
        quorum_words="0 of 1 M VITA",
        passed=False,
    )


def _one_voter() -> ResultPicture:
    return ResultPicture(
        bars=(
            a_bar("A", "Worm screen", Fraction(1), "100 %", won=True),
            a_bar("B", "Mouse study", Fraction(0), "0 %"),
            a_bar("C", "Open data", Fraction(0), "0 %"),
        ),
        verdict="Decided",
        quorum=Fraction(4_000),
        quorum_words="Quorum reached: 4,000 of 1 VITA",
        passed=True,
    )


def _tied() -> ResultPicture:
    return ResultPicture(
        bars=(
            a_bar("A", "Berlin", Fraction(2, 5), "40 %"),
            a_bar("B", "Lisbon", Fraction(2, 5), "40 %"),
            a_bar("C", "Tallinn", Fraction(1, 5), "20 %"),
        ),
        verdict="Tied",
    )


def _ranked() -> ResultPicture:
    return ResultPicture(
        bars=(
            a_bar("A", "Berlin", Fraction(31, 100), "31 %", out="out in round 2"),
            a_bar("B", "Lisbon", Fraction(56, 100), "56 %", won=True),
            a_bar("C", "Tallinn", Fraction(44, 100), "44 %"),
            a_bar("D", "Vienna", Fraction(8, 100), "8 %", out="out in round 1"),
        ),
        verdict="Decided",
        threshold=Fraction(1, 2),
        threshold_words="more than half needed",
        passed=True,
    )


def _stars() -> ResultPicture:
    return ResultPicture(
        bars=(
            a_bar("A", "Longevity prize", Fraction(34, 50), "3.4 of 5 stars", won=True),
            a_bar("B", "Fellowships for young researchers in Europe", Fraction(29, 50), "2.9 of 5 stars"),
            a_bar("C", "Nothing", Fraction(1, 50), "0.1 of 5 stars"),
        ),
        verdict="Decided",
        quorum=Fraction(999_999, 1_000_000),
        quorum_words="99.9999 % of the quorum",
    )


def _scripts() -> ResultPicture:
    return ResultPicture(
        bars=(
            a_bar("A", "研究项目", Fraction(1, 3), "33.33 %"),
            a_bar("B", "نعم، أوافق", Fraction(1, 4), "25 %"),
            a_bar("C", "🚀🚀", Fraction(1, 6), "16.67 %"),
            a_bar("D", "🚀 to the moon", Fraction(1, 6), "16.67 %", won=True),
            a_bar("E", "Ünïcödé für Łódź", Fraction(1, 12), "8.33 %"),
        ),
        verdict="Decided",
        passed=True,
    )


def _duels() -> ResultPicture:
    return ResultPicture(
        bars=tuple(
            a_bar(chr(65 + place), name, Fraction(wins, 9), f"wins {wins}", won=wins == 9)
            for place, (name, wins) in enumerate(_DUELS.items())
        ),
        verdict="Decided",
        passed=True,
    )


def _longest() -> ResultPicture:
    return ResultPicture(
        bars=tuple(
            a_bar(
                chr(65 + place),
                f"Choice {place + 1}: "
                + "A grant for the laboratory that has waited the longest of all of them since"[:70],
                Fraction(25 - place, 325),
                "1,234,567.89 points" if place else "50.000000000004 %",
                won=place < 3,
                out="" if place < 20 else f"out in round {25 - place}",
            )
            for place in range(25)
        ),
        verdict="Decided",
        threshold=Fraction(1, 20),
        threshold_words="1/20 of all points needed for a seat in the council",
        quorum=Fraction(2, 1),
        quorum_words="Quorum reached: 2,469,135.78 of 1,234,567.89 points that were asked of everybody",
    )


def _widest() -> ResultPicture:
    return ResultPicture(
        bars=(
            a_bar("A", "W" * 80, Fraction(1, 10**18), "0.000000000001 %", won=True, out="out in round 24"),
            a_bar("B", "i" * 80, 1 - Fraction(1, 10**18), "99.999999999999 %"),
            a_bar("C", "", Fraction(1, 2), "50 %"),
        ),
        verdict="Decided by lot between those that were tied in the last round of all",
        threshold=Fraction(1),
        threshold_words="All needed",
    )


def cases() -> dict[str, ResultPicture]:
    """Return each state by its name."""
    return {
        "passed": _passed(),
        "rejected by a hair": _rejected(),
        "no quorum": _no_quorum(),
        "nobody voted": _nobody(),
        "one voter": _one_voter(),
        "tied": _tied(),
        "ranked choice": _ranked(),
        "stars": _stars(),
        "scripts": _scripts(),
        "duels": _duels(),
        "twenty-five choices": _longest(),
        "widest words": _widest(),
    }
