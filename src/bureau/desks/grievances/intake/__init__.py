"""Filing a complaint: drafts, forms, limits, receipts and one-time codes."""
