"""Reading and writing fact-checks in the formats other people use: JSONL, CSV, ClaimReview."""
