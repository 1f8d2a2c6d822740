"""What people write under stories and on the boards of groups: sent, looked at, shown, taken back, appealed. docs/stories.md."""
