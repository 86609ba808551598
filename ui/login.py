"""The login that the settings name: who may come in, compared in constant time, and slowly where it is wrong."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from secrets import compare_digest
from typing import Any

from assistant.settings import Settings
from retrieval.errors import DatelineError
from ui import texts

WRONG_SECONDS = 1.0
"""How long a wrong login waits for its answer."""
ATTEMPTS = 20
"""Attempts looked at within that time; more are refused unread, so that guessing many at a time gains nothing."""


def login(settings: Settings) -> Callable[[str, str], Awaitable[bool]] | None:
    """Whether a user name and a password are those of `settings.auth`; None where it names none.

    Raises:
        DatelineError: the setting is malformed.
    """
    account = settings.auth.get_secret_value()
    user, _, password = account.partition(":")
    if account and not (user and password):
        raise DatelineError(texts.auth_malformed())
    wrong = 0

    async def is_right(given_user: str, given_password: str) -> bool:
        nonlocal wrong
        # Both are compared, whatever comes of the first, so that the time tells nothing.
        same = compare_digest(given_user.encode(), user.encode()) & compare_digest(
            given_password.encode(), password.encode()
        )
        if same and wrong < ATTEMPTS:
            return True
        wrong += 1
        try:
            await asyncio.sleep(WRONG_SECONDS)
        finally:
            wrong -= 1
        return False

    return is_right if account else None


def logged_in(gradio_app: Any) -> Callable[[str], bool]:
    """Whether a `Cookie` header holds a token that Gradio's login gave; Gradio itself asks on some of its routes only."""
    token = re.compile(rf"access-token(?:-unsecure)?-{re.escape(gradio_app.cookie_id)}=([\w-]+)", re.ASCII)
    return lambda cookies: any(found in gradio_app.tokens for found in token.findall(cookies))
