"""Each rank is looked at apart, by its own place in the index of what is queued: a night's blue waits there for the
morning by the hundred thousand, and whoever read all of it to find what is due would keep red waiting meanwhile."""

RANKS = """
WITH RECURSIVE ranks (rank) AS (
    SELECT min(rank) FROM batch WHERE state = 'queued'
    UNION ALL
    SELECT (SELECT min(rank) FROM batch WHERE state = 'queued' AND batch.rank > ranks.rank) FROM ranks
    WHERE ranks.rank IS NOT NULL)
"""
NEXT_DUE = f"""
{RANKS}
SELECT min((SELECT min(due_at) FROM batch WHERE state = 'queued' AND batch.rank = ranks.rank)) FROM ranks
"""  # noqa: S608 - our own words
