"""An attachment, as CAP and the national platform's form both write it."""

from lxml import etree

from broadcasts.intake.message import Resource
from broadcasts.intake.readers import xml


def resource(element: etree._Element) -> Resource:
    """CAP's `derefUri` is the attachment itself; it stays in the raw bytes alone."""
    return Resource(
        desc=xml.word(element, "resourceDesc"),
        mime_type=xml.word(element, "mimeType"),
        size=xml.word(element, "size"),
        uri=xml.word(element, "uri"),
        digest=xml.word(element, "digest"),
    )
