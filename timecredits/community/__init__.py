"""The ways back from isolation around time credits: support, referral, mentoring, groups, events and stories."""
