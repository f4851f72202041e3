"""What the evaluation adds to a group's page: the way to it."""


def evaluation_panel(cohort, user):
    """A link alone: the figures have a page of their own, and this one has many parts."""
    return {}
