"""Time at places outside the programme, as told and as confirmed."""
