"""What browsers and carriers meet."""
