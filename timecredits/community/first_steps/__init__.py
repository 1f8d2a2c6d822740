"""Small steps for people who take it slowly: what there is, in order of talking, and a list that only its owner sees."""
