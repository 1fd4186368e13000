"""What a page says of itself to programs that show links: title, description, picture, feeds."""

from __future__ import annotations

from dataclasses import dataclass

from bot.web.shared.html import Html, fragment, join


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture at an address of the web, its size in pixels, and what it shows in words."""

    address: str
    width: int
    height: int
    alt: str


def described(*, title: str, description: str, site: str, address: str, picture: Picture | None = None) -> Html:
    """Describe a page by the Open Graph protocol (https://ogp.me)."""
    said = fragment("shared/public/description.html").fill(
        title=title,
        description=description,
        site=site,
        address=address,
        card="summary" if picture is None else "summary_large_image",
    )
    if picture is None:
        return said
    shown = fragment("shared/public/picture.html").fill(
        address=picture.address, width=picture.width, height=picture.height, alt=picture.alt
    )
    return join([said, shown])


def alternate(kind: str, title: str, address: str) -> Html:
    """Name the same content in another kind, such as a feed."""
    return fragment("shared/public/alternate.html").fill(kind=kind, title=title, address=address)
