"""Events: made and shown, booked with guests and needs, checked in at the door, with credits for entry where that is allowed."""
