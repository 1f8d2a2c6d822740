"""Reports in words, as charts, and as files to take away: the same numbers on the page, as CSV, as a workbook and on paper."""
