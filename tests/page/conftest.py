"""The page in a real Chromium: `make test-page`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium
from page_fakes import FakeAssistant, running_page, seeds_assistant
from playwright.sync_api import Browser, expect

from assistant import Assistant
from retrieval.articles import Skipped

pytest.register_assert_rewrite("reader")
from reader import Reader, reading  # noqa: E402 - its assertions are to tell what they found

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("page")
            item.add_marker("enable_socket")


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def fake() -> FakeAssistant:
    return seeds_assistant(skipped=[Skipped("scan.txt", "binary, or in no encoding that can be told")])


@pytest.fixture(scope="session")
def address(fake: FakeAssistant) -> Iterator[str]:
    """The page over an assistant whose answers the test knows and can hold back."""
    with running_page(fake) as address:
        yield address


@pytest.fixture(scope="session")
def seeds_address(assistant: Assistant) -> Iterator[str]:
    """The page over the assistant as it ships, with the seeds."""
    with running_page(assistant) as address:
        yield address


@pytest.fixture
def picture_name(request: pytest.FixtureRequest) -> str:
    """The name of the test's last picture."""
    return re.sub(r"[\W_]+", "-", request.node.name.removeprefix("test_")).strip("-")


@pytest.fixture
def reader(browser: Browser, address: str, picture_name: str) -> Iterator[Reader]:
    with reading(browser, address) as reader:
        yield reader
        reader.picture(picture_name)


@pytest.fixture
def seeds_reader(browser: Browser, seeds_address: str, picture_name: str) -> Iterator[Reader]:
    with reading(browser, seeds_address) as reader:
        yield reader
        reader.picture(picture_name)
