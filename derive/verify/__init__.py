"""Documents to steps to verdicts to reports."""
