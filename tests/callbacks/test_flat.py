"""A push that is read without a parser says what the parser would have read in it, or the parser reads it."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from bot.wechat.fields import ESCAPED, Malformed, read

NAMES = st.sampled_from(["A", "MsgId", "Content", "a_1", "X-Y", "a:b", "1A", "甲", "xml"])
PLAIN = ["", "1 收到", "\ufffd", "😀", "\ue000", " \n ", "\r\n"]
MARKS = ["]]", "]]>", "]]]", "x]", "<b>", "</A>", "<![CDATA[", "&amp;", "&", "&#x41;"]
TEXTS = st.sampled_from([*PLAIN, *MARKS])
SAID = st.lists(TEXTS, max_size=3).map("".join)


def _field(name: str, said: str, form: str) -> str:
    return form.format(name=name, said=said)


FIELDS = st.builds(
    _field,
    NAMES,
    SAID,
    st.sampled_from(
        [
            *("<{name}><![CDATA[{said}]]></{name}>", "<{name}>{said}</{name}>", "<{name}>{said}</A>", "{said}"),
            *("<{name}><![CDATA[{said}]]>{said}</{name}>", "<{name}><A>{said}</A></{name}>", "<{name}/>"),
            *('<{name} a="1">{said}</{name}>', "<{name} >{said}</{name} >", "<!-- {said} -->", "<?x {said}?>"),
        ]
    ),
)
PUSHES = st.lists(FIELDS, max_size=5).map("\n".join)


def parsed(push: str) -> dict[str, str] | None:
    """What a parser reads in a push of names and texts alone; None where it is another, or is none."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(push.encode(), parser)
    except etree.XMLSyntaxError:
        return None
    names = [child.tag for child in root]
    if not names or len({*names}) < len(names) or any(len(child) for child in root):
        return None
    return {str(child.tag): ESCAPED.sub("", child.text or "") for child in root}


def asked(push: str) -> object:
    try:
        return read(push.encode())
    except Malformed:
        return None


@settings(max_examples=600, deadline=None)
@given(PUSHES)
@example("<A><![CDATA[x]]><![CDATA[y]]></A>")
@example("<A><![CDATA[x]]y]]></A>")
@example("<A>x]]>y</A>")
@example("<A>1</A>x<B>2</B>")
@example("<A><![CDATA[1\r\n2]]></A>")
@example("<A>1</A><A>2</A>")
def test_what_is_read_is_what_the_parser_reads(inside: str) -> None:
    push = f"<xml>{inside}</xml>"
    if (known := parsed(push)) is not None:
        assert asked(push) == known
    else:
        said = asked(push)
        assert said is None or not all(isinstance(value, str) for value in dict(said).values())  # type: ignore[call-overload]
