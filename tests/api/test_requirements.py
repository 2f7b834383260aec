"""Does each route declare just those permissions that the matrix says it needs?"""

from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from mudan.api.app import ROUTERS
from mudan.api.security import Requirement
from tests.api.test_matrix import MATRIX


def _declared(dependant: Dependant) -> set[frozenset[str]]:
    own = {dependant.call.any_of} if isinstance(dependant.call, Requirement) else set()
    return own.union(*(_declared(inner) for inner in dependant.dependencies))


def test_the_declared_permissions_are_those_of_the_matrix() -> None:
    wrong, checked = {}, set()
    for route in iter_route_contexts([route for router in ROUTERS for route in router.routes]):
        for method in route.methods or ():
            name = f"{method} {route.path}"
            if name not in MATRIX:  # public, as the matrix itself says
                continue
            checked.add(name)
            if (declared := _declared(route.dependant)) != {MATRIX[name].needs}:
                wrong[name] = (declared, MATRIX[name].needs)
    assert wrong == {}
    assert checked == set(MATRIX)
