"""Turns CAP 1.1 into 1.2 in place: the names are the same, a few words and forms are not."""

from typing import Final

from lxml import etree

from broadcasts.intake.readers import times, xml

CAP11: Final = "urn:oasis:names:tc:emergency:cap:1.1"
CAP12: Final = "urn:oasis:names:tc:emergency:cap:1.2"
TIMES = {"sent", "effective", "onset", "expires"}


def convert(alert: etree._Element) -> None:
    """Rename every element, "Very Likely" to Likely, times to CAP 1.2's one form, and give resources a type."""
    for element in alert.iter(f"{{{CAP11}}}*"):
        name = xml.local(element)
        element.tag = f"{{{CAP12}}}{name}"
        if name == "certainty" and (element.text or "").strip() == "Very Likely":
            element.text = "Likely"
        elif name in TIMES:
            element.text = _time(element.text or "")
    for resource in alert.iter(f"{{{CAP12}}}resource"):
        _typed(resource)


def _time(text: str) -> str:
    """1.1 let `Z` and fractions pass. A time without a zone stays as it is, and 1.2 refuses it."""
    known = times.china(text) if text.strip()[-1:] == "Z" or text.strip()[-6:-5] in {"+", "-"} else None
    return known.isoformat(timespec="seconds") if known else text


def _typed(resource: etree._Element) -> None:
    """1.2 asks for the mimeType that 1.1 left open."""
    described = xml.child(resource, "resourceDesc")
    if described is not None and xml.child(resource, "mimeType") is None:
        mime = etree.Element(f"{{{CAP12}}}mimeType")
        mime.text = "application/octet-stream"
        described.addnext(mime)
