"""The choice on a grid: what everybody's costs add up to is known of all lattice points at once."""

from engine.find.bitmaps import Candidates
from engine.find.choice.by_lanes import ByLanes
from engine.find.choice.by_planes import ByPlanes
from engine.find.choice.drawing import Drawing
from engine.find.choice.ranked import chosen
from engine.find.lanes import LIMIT
from engine.find.proposals import Pick, Setting
from engine.model.user import TentativeAs


def chosen_on_grid(scene: Setting, found: Candidates) -> list[Pick]:
    """Choose the same candidates as `chosen` does, by adding up everybody's costs on the grid."""
    if scene.unsure and any(
        one.tentative and one.tentative_as is TentativeAs.SOFT for one, _ in scene.people
    ):
        return chosen(scene, found.starts())
    drawing = _drawing(scene, found)
    if drawing is None:
        return chosen(scene, found.starts())
    return [drawing.pick(start, cost) for start, cost in drawing.drawn()]


def _drawing(scene: Setting, found: Candidates) -> Drawing | None:
    """Give what draws the candidates; None where somebody's costs are more than a lane holds."""
    scale = scene.scale.later
    if scale is None:
        return ByPlanes(scene, found)
    told = scale.scored_lanes(scene.people, found.grid, scene.duration)
    if max([one.costs[1] for one in told]) >= LIMIT:
        return None
    return ByLanes(scene, found, scale, told)
