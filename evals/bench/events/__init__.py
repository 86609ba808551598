"""Questions about events: kinds of questions asked of the seeds and of a corpus of our own, whose gold stands beside it."""
