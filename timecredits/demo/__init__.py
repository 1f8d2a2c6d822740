"""The demo programme: sample data, made by the domain's own verbs and plainly marked as made up."""
