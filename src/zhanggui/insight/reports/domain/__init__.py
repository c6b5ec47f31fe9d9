"""Rules of reports: periods, what qualifies as a finding, causes, advice."""
