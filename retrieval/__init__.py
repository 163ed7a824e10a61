"""Text in, ranked fact-checks with calibrated probabilities out; knows nothing of chat."""
