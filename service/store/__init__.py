"""SQL is the only truth: tables, named queries, claims. Nothing here decides; nothing here sends."""
