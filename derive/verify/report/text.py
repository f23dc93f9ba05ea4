from derive.verify.results import Report
def render_text(report, color):
    return "\n".join(f"{f.path}:{s.line} {s.verdict} {s.statement} {s.reason}" for f in report.files for s in f.steps)
