"""The Chromium that tests of pages drive: the system's, else Playwright's own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, sync_playwright

# Every window would load Chromium's own pages behind its address bar, which nobody sees here: a third of a page's time.
# The last list of features counts, so those that Playwright switches off for the sake of steady pages stand here again.
SWITCHED_OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
)
FLAGS = (
    f"--disable-features={','.join(SWITCHED_OFF)}",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Where none is installed the tests are skipped, in CI they fail."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(playwright.chromium), args=FLAGS)
        yield browser
        browser.close()


def installed(chromium: BrowserType) -> str:
    """Where the Chromium is; fails or skips the test where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), chromium.executable_path)
    if Path(found).exists():
        return found
    reason = "no Chromium is installed: `apt-get install chromium` or `playwright install chromium`"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
