"""The chat page. Importing this package imports Gradio, so only `dateline chat` does it."""

import os

# Read by Gradio while it is imported: without it the server looks up four hosts at every start.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Else every answer ends with statistics that nobody reads here, and the first one with an import of pandas.
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"

from ui.app import build_page
from ui.server import serve

__all__ = ["build_page", "serve"]
