"""The pages of an organisation's coordinators."""
