"""Results to be drawn: any that is legal."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from bot.presentation.pictures.result_picture import MOST_BARS, Bar, ResultPicture

shares = st.fractions(0, 1, max_denominator=10**6) | st.sampled_from(
    [Fraction(0), Fraction(1), Fraction(1, 10**18), 1 - Fraction(1, 10**18), Fraction(1, 2), Fraction(2, 3)]
)
labels = st.sampled_from(
    ["For", "W" * 80, "i" * 80, "研究" * 40, "نعم " * 20, "🚀" * 80, "", "\u202egnp.exe", "Ünïcödé für Łódź"]
) | st.text(max_size=80)
thresholds = st.none() | st.fractions(Fraction(1, 50), 1, max_denominator=1000) | st.just(Fraction(2, 3))
figures = st.sampled_from(["71.2 %", "0 %", "3.4 of 5 stars", "wins 3", "50.000000000004 %", "1,234,567.89 points"])
outs = st.sampled_from(["", "out in round 2", "out in round 24"])


@st.composite
def pictures(draw: st.DrawFn) -> ResultPicture:
    """Any legal result."""
    threshold = draw(thresholds)
    quorum = draw(st.none() | shares | st.fractions(0, 10**6, max_denominator=1000))
    return ResultPicture(
        bars=tuple(
            Bar(
                key=chr(65 + place),
                label=draw(labels),
                share=draw(shares),
                figure=draw(figures),
                won=draw(st.booleans()),
                out=draw(outs),
            )
            for place in range(draw(st.integers(1, MOST_BARS)))
        ),
        verdict=draw(st.sampled_from(["Passed", "Rejected", "Decided", "Tied", "No quorum"])),
        threshold=threshold,
        threshold_words="" if threshold is None else f"{threshold} needed",
        quorum=quorum,
        quorum_words="" if quorum is None else draw(st.sampled_from(["Quorum reached", "Quorum: " + "5,000.25 " * 20])),
        passed=draw(st.sampled_from([True, False, None])),
    )
