"""Forms of the names of towns: letters that one writes one way and another the other."""

# 旭ヶ丘 旭ケ丘 旭が丘; 山之内 山ノ内 山の内.
_FORMS = str.maketrans("ヶがのノ之龍檜", "ケケノノノ竜桧")


def folded(town: str) -> str:
    """The name of a town in one form of all spellings.

    >>> folded("旭が丘") == folded("旭ヶ丘")
    True
    """
    return town.translate(_FORMS)
