"""Credit notes: vouchers on paper and passes on a phone, each covered from the moment it is made (docs/adr/0018)."""
