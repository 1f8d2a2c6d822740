"""What time given can open: references that an employer can check, and the documents made from them."""
