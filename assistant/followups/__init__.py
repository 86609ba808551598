"""A question that stands alone: what a follow-up leaves out is put back from the conversation before it."""

from assistant.followups.conversation import Turn, conversation
from assistant.followups.rewriting import rewritten
from assistant.followups.standalone import Standalone, standalone

__all__ = ["Standalone", "Turn", "conversation", "rewritten", "standalone"]
