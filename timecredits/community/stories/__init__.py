"""Stories: what an organisation publishes about its people's doings, with their agreement. docs/stories.md."""
