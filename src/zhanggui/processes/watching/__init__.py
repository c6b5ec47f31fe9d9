"""What deserves attention in the books of several rooms: detectors over the lake, one short file each.

Every file asks the lake one set-based question per run, judges the rows with `judging.py` against `thresholds.py`, and
says *not looked: needs …* for a shop whose files do not tell what it needs.
"""
