"""Whatever address, header or body comes: never a 5xx, always problem+json for phones and a Chinese page for browsers.

The phones' contract is tried through its own OpenAPI description, the pages through every parameter any of them reads. Documents of every
shape have their own test in `tests/mobile_api/test_fuzz.py`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from tests.databases import KINDS, PostgresFactory, SqliteFactory
from tests.site import Caller, Door, Site, doors_of, ids, site_on

ROOT = Path(__file__).resolve().parents[2]
BOUNDED = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
MANY = settings(BOUNDED, max_examples=300)

ODD = [
    *("", " ", "0", "-1", "1", "999999", "9999999999999999999999", "1e9", "1e400", "1.5", "NaN", "1,280.50", "￥-1", "٣", "²", "+"),
    *("true", "yes", "null", "None", "[]", "{}", "\0", "a\0b", "\ud83d", "😀", "隐患", "' OR 1=1 --", "%", "_", "\\", "../../etc/passwd"),
    *("x" * 300, "<script>alert(1)</script>", "{{7*7}}", "A", "GEN", "office", "general_hazard", "overdue", "found", "pass", "fail"),
    *("0001-01-01", "9999-12-31", "99999-1-1", "2026-02-30", "20261122", "2026-W01-1", "2026/11/22", "2026-11-20T09:00"),
    *("2026-11-20T09:00:00+25:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00"),
    *("00000000-0000-0000-0000-000000000000", "0199aaaa-0000-7000-8000-000000000001"),
]
SAME_TO_EVERY_DATABASE = {
    "true",
    "yes",
    "null",
    "None",
    "[]",
    "{}",
    "A",
    "GEN",
    "general_hazard",
    "overdue",
    "pass",
    "fail",
    "{{7*7}}",
    "+",
    "1e9",
}
"""Plain words: what a page makes of them is tried on one kind of database, and that a database takes them by the words beside them."""
odd = st.sampled_from(ODD) | st.text(max_size=12) | st.integers().map(str) | st.dates().map(str) | st.uuids().map(str)
READS = re.compile(
    r"(?:asked\w*|read_\w+|form_texts?|chosen_photos)\(\s*(?:request|given|request\.query_params|form|query)\s*,\s*\"([\w-]+)\""
)
"""How pages and reports read what an address or a form says."""


def names_read() -> list[str]:
    """Every parameter or field that some page or report reads, and every name in the tuples of a form's fields."""
    sources = [path.read_text() for folder in ("server/pages", "reports") for path in (ROOT / folder).glob("*.py")]
    named = {name for source in sources for name in READS.findall(source)}
    for source in sources:
        for fields in re.findall(r"^_?[A-Z_]*FIELDS\w*(?:: [^=]+)? = \(([^)]*)\)", source, re.MULTILINE):
            named |= set(re.findall(r"\"(\w+)\"", fields))
    return sorted(named | {"next", "done", "file", "sheet", "photos_kept", "photos_drop", "version", "_csrf_token"})


NAMES = names_read()
pairs = st.lists(st.tuples(st.sampled_from(NAMES), odd), max_size=6)


def encoded(text: str) -> str:
    """Text in an address, halves of surrogate pairs and all."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def query_of(chosen: list[tuple[str, str]]) -> str:
    """A query string."""
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in chosen)


raw_queries = st.sampled_from(
    ["%", "%ff%fe", "a=%zz", "&&&", "=", "page", "page=1&page=2", "q=%00", "?" * 50, "q=" + "%E9" * 500, "from=%F0%9F", "q=" + "x" * 9000]
)
queries = pairs.map(query_of) | raw_queries
header_texts = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
header_sets = st.fixed_dictionaries(
    {},
    optional={
        "accept-language": header_texts,
        "if-none-match": header_texts | st.just("*"),
        "range": st.sampled_from(["bytes=0-", "bytes=-1", "bytes=9999999999-", "x"]),
        "x-request-id": header_texts,
        "x-forwarded-for": header_texts,
        "content-type": header_texts,
        "x-device-time": st.sampled_from(ODD).filter(str.isascii).filter(str.isprintable),
    },
)
form_types = st.sampled_from(
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/plain", ""]
)
part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
parts = st.lists(
    st.builds(part.format, st.sampled_from(NAMES), st.sampled_from(["", '; filename="a.jpg"', '; filename=""']), odd), max_size=5
).map(lambda some: ("".join(some) + "--x--\r\n").encode("utf-8", "surrogatepass"))
bodies = pairs.map(lambda chosen: query_of(chosen).encode()) | parts | st.binary(max_size=200)


@pytest.fixture(scope="module", params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with everything in it, which these tests may leave in any state, on each kind of database: they dislike different things."""
    factory: SqliteFactory | PostgresFactory = request.getfixturevalue(f"{request.param}_factory")
    address = factory.make()
    with site_on(address, tmp_path_factory.mktemp("fuzz") / "data") as site:
        yield site
    factory.drop(address)


def pages(site: Site, method: str) -> list[Door]:
    """The doors browsers come through, without leaving and without the long drawing of papers."""
    return [one for one in doors_of(site.app) if one.method == method and not one.is_phones and one.path != "/logout"]


def somebody(site: Site, door: Door) -> Caller:
    """Somebody of the park who may use a door."""
    return next((one for one in site.callers.values() if one.role in door.policy.roles), site.callers["office"])


def ask(site: Site, door: Door, address: str, headers: dict[str, str], **content: Any) -> Any:
    """One request of a browser, by somebody who may."""
    site.client.cookies.clear()
    session = f"parksafe_csrf={site.csrf}; parksafe_session={somebody(site, door).session}"
    fixed = {"accept": "text/html", "cookie": session, "x-csrftoken": site.csrf}
    return site.client.request(door.method, address, headers=headers | fixed, follow_redirects=False, **content)


def is_proper(answer: Any) -> bool:
    """A page, a file or a way on; and when it is a refusal, one in Chinese."""
    if answer.status_code >= 500:
        return False
    return answer.status_code < 400 or (
        answer.headers["content-type"].startswith("text/html") and re.search(r"[一-鿿]{2}", answer.text) is not None
    )


def path_of(door: Door, site: Site, data: st.DataObject) -> str:
    """A door's address with real ids, odd ids, or both."""
    known = ids(site.life, site.world)
    strange = odd.filter(lambda text: text not in {"", ".", ".."})
    values = {name: data.draw(st.sampled_from(known[name]) | strange) for name in door.parameters}
    return door.path.format(**{name: encoded(value) for name, value in values.items()})


def test_no_address_of_a_page_makes_an_error_of_ours(site: Site) -> None:
    doors = pages(site, "GET")

    @MANY
    @given(door=st.sampled_from(doors), query=queries, headers=header_sets, data=st.data())
    def try_one(door: Door, query: str, headers: dict[str, str], data: st.DataObject) -> None:
        address = f"{path_of(door, site, data)}?{query}"
        answer = ask(site, door, address, headers)
        assert is_proper(answer), f"{address}: {answer.status_code} {answer.text[-300:]}"

    try_one()


def test_no_form_makes_an_error_of_ours(site: Site) -> None:
    doors = pages(site, "POST")

    @MANY
    @given(door=st.sampled_from(doors), body=bodies, media_type=form_types, data=st.data())
    def try_one(door: Door, body: bytes, media_type: str, data: st.DataObject) -> None:
        address = path_of(door, site, data)
        answer = ask(site, door, address, {"content-type": media_type}, content=body)
        assert is_proper(answer), f"{address} {media_type} {body!r}: {answer.status_code} {answer.text[-300:]}"

    try_one()


def test_every_list_opens_whatever_its_parameters_say(site: Site) -> None:
    """Every odd value, said for every parameter of a list at once: addresses are shortened, typed and shared, and lists always open."""
    wrong = []
    values = ODD if site.world.database.is_sqlite else [one for one in ODD if one not in SAME_TO_EVERY_DATABASE]
    for door in pages(site, "GET"):
        if door.parameters or door.path.endswith((".pdf", ".xlsx")):
            continue
        for value in values:
            address = f"{door.path}?{query_of([(name, value) for name in NAMES])}"
            answer = ask(site, door, address, {})
            if answer.status_code not in {200, 303, 404}:
                wrong.append(f"{door.path} with {value!r}: {answer.status_code}")
    assert wrong == []


def test_the_phones_contract_holds_for_whatever_its_description_allows_and_more(site: Site) -> None:
    schema = schemathesis.openapi.from_dict(site.client.get("/mobile/v1/schema/openapi.json").json())
    phone = site.callers["inspector"]
    tried = 0
    for found in schema.include(path_regex=r"^/mobile/v1/").get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        tried += 1

        @BOUNDED
        @given(case=operation.as_strategy())
        def try_one(case: Any) -> None:
            said = case.as_transport_kwargs(base_url="http://testserver.local")
            headers = {name: value for name, value in (said.get("headers") or {}).items() if _is_header(name, value)}
            answer = site.client.request(
                said["method"],
                said["url"].removeprefix("http://testserver.local"),
                params=said.get("params"),
                headers=headers | {"authorization": f"Bearer {phone.device}"},
                **({"json": said["json"]} if "json" in said else {"content": _bytes_of(said.get("data"))}),
            )
            assert answer.status_code < 500, f"{said}: {answer.status_code} {answer.text[-300:]}"
            described = case.operation.definition.raw["responses"]
            assert str(answer.status_code) in described, f"{said}: {answer.status_code} {answer.text[-300:]}"
            if answer.status_code >= 400 and said["method"] != "HEAD":
                assert answer.headers["content-type"].startswith("application/problem+json"), f"{said}: {answer.headers}"
                _, one_of = described[str(answer.status_code)]["content"]["application/problem+json"]["schema"]["allOf"]
                assert answer.json()["type"] in one_of["properties"]["type"]["enum"]

        try_one()
    assert tried >= 8


def _is_header(name: str, value: Any) -> bool:
    return name.lower() not in {"authorization", "content-length", "host"} and str(value).isascii() and str(value).isprintable()


def _bytes_of(data: Any) -> bytes:
    return data if isinstance(data, bytes) else str(data or "").encode("utf-8", "replace")


STRANGE = ("/nichts", "/mobile/v1/nichts", "/mobile/v1/uploads", "/hazards/%00", "/%ff%fe", "//", "/orders/../../x", "/" + "a" * 5000)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_strange_methods_and_addresses_are_refused_in_the_right_language(site: Site, method: str) -> None:
    browser = {"accept": "text/html", "x-csrftoken": site.csrf, "cookie": f"parksafe_csrf={site.csrf}"}
    for address in STRANGE:
        page = site.client.request(method, address, headers=browser, follow_redirects=False)
        assert 300 <= page.status_code < 500, f"{method} {address}: {page.status_code}"
        program = site.client.request(method, f"/mobile/v1{address}", headers={"accept": "*/*"})
        assert 400 <= program.status_code < 500, f"{method} {address}: {program.status_code}"
        assert program.headers["content-type"].startswith("application/problem+json"), f"{method} {address}: {program.headers}"


def test_the_names_of_parameters_and_fields_were_found() -> None:
    assert {"page", "q", "from", "to", "sort", "state", "measure", "funds_yuan", "reinspected_at", "latitude"} <= set(NAMES)
