"""`folkmoot tally`, part by part: reading lines, judging ballots as snapshot.js does, answering."""
