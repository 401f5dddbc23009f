"""A form of a page as a browser sends it: whatever stands in it, with what its reader has changed."""

from collections.abc import Iterator, Mapping

from lxml import html
from lxml.html import FormElement, HtmlElement, SelectElement
from yarl import URL

FIXED = frozenset({"hidden", "submit", "radio", "checkbox"})  # these have the value that they have
NAMED = "descendant::*[self::input or self::select or self::textarea or self::button][@name]"


def filled(page: str, where: str, to: str, changed: Mapping[str, str]) -> list[tuple[str, str]] | None:
    """What the first form of the page that is sent to `to`, and has a place for everything that was changed, would
    send. `where` is the page's own address. None where there is no such form."""
    if not page.strip():
        return None
    for form in _forms(html.fromstring(page)):
        if _goes(form, where, to) and all(_takes(form, name, value) for name, value in changed.items()):
            kept = [(name, value) for name, value in _stands(form) if name not in changed]
            return [*kept, *changed.items()]
    return None


def _forms(root: HtmlElement) -> Iterator[FormElement]:
    yield from root.iter("form")  # type: ignore[misc]


def _goes(form: FormElement, where: str, to: str) -> bool:
    action = URL(where).join(URL(form.get("action") or where))
    return to in {str(action), action.path}


def _takes(form: FormElement, name: str, value: str) -> bool:
    fields = [one for one in form.xpath(NAMED) if one.get("name") == name]
    return any(_kind(one) not in FIXED or one.get("value", "on") == value for one in fields)


def _kind(field: HtmlElement) -> str:
    return str(field.get("type", "submit" if field.tag == "button" else "text"))


def _stands(form: FormElement) -> Iterator[tuple[str, str]]:
    """Names and values; a choice that nobody has made stands at its first line, and a text begins on a line of its
    own that is none of it."""
    for name, value in form.form_values():
        yield name, value.removeprefix("\n") if form.xpath("descendant::textarea[@name=$name]", name=name) else value
    for one in form.iter("select"):
        if isinstance(one, SelectElement) and one.name and not one.multiple and one.value is None and one.value_options:
            yield one.name, one.value_options[0]
