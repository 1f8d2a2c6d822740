"""The support around time credits: a directory, first steps, referral, mentoring, groups, events, stories, and being safe."""
