"""Points from counts: log-odds of (taken given shown) against the base, smoothed toward the population."""

from engine.ids import UserId
from engine.learning.features import Feature, Key
from engine.learning.model import Weight, log_odds, points
from engine.learning.tallies import NONE, Counts, Tallies, Tally

PERSONAL_PRIOR = 4.0
"""So many shown times weigh what everybody does against what one person did."""
POPULATION_PRIOR = 10.0
"""So many weigh the base against what everybody did in a bucket."""
BASE_TAKEN, BASE_SHOWN = 1.0, 4.0
"""What is believed of a shown time before anything was."""
_LEFT_OUT = (Feature.LUNCH,)
"""What the hours say as well; counted apart it would count twice."""


def base_rate(overall: Tally) -> float:
    """Give how often a shown time is taken at all."""
    return (overall.taken + BASE_TAKEN) / (overall.shown + BASE_SHOWN)


def population_points(tallies: Tallies) -> dict[Key, Weight]:
    """Give what buckets are worth to people as a whole."""
    base = base_rate(tallies.overall)
    return {
        key: Weight(points(log_odds(_population_rate(one, base)) - log_odds(base)), *_times(one))
        for key, one in tallies.population.items()
        if key[0] not in _LEFT_OUT
    }


def personal_points(tallies: Tallies, user: UserId) -> dict[Key, Weight]:
    """Give what buckets are worth to one person, for those in which something was shown to them."""
    return _weights(tallies.people.get(user, {}), tallies.population, base_rate(tallies.overall))


def _weights(own: Counts, population: Counts, base: float) -> dict[Key, Weight]:
    found = {}
    for key, one in own.items():
        if key[0] in _LEFT_OUT:
            continue
        usual = _population_rate(population.get(key, NONE), base)
        rate = (one.taken + PERSONAL_PRIOR * usual) / (one.shown + PERSONAL_PRIOR)
        found[key] = Weight(points(log_odds(rate) - log_odds(base)), *_times(one))
    return found


def _population_rate(one: Tally, base: float) -> float:
    return (one.taken + POPULATION_PRIOR * base) / (one.shown + POPULATION_PRIOR)


def _times(one: Tally) -> tuple[int, int]:
    return one.times_taken, one.times_shown
