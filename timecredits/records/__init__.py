"""What becomes of whole records: two merged into one, all about a person handed out or erased, a programme moved or told of."""
