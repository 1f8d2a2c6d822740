"""What was learnt. Every number is counted from the rows behind it, when it is read."""
