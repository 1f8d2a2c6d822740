"""Using credits: venues' offers, tills, codes, and the one decision that takes credits."""
