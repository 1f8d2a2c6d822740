"""What was learnt: reports, impact and exports, each number open to the rows behind it."""
