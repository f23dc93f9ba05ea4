"""Which equation rests on which: every edge ends at an equation, and no equation rests on itself."""

import graphlib

from derive.catalogue import all_equations, load
from derive.cli import main


def graph():
    return {e.id: tuple(e.depends) for e in all_equations()}


def test_no_equation_rests_on_itself():
    order = list(graphlib.TopologicalSorter(graph()).static_order())  # raises CycleError
    assert set(order) == set(graph())


def test_the_tree_of_an_equation_holds_all_it_rests_on(capsys):
    edges = graph()
    deepest = max(edges, key=lambda id_: len(below(id_, edges)))
    assert main(["show", deepest, "--depends"]) == 0
    printed = capsys.readouterr().out
    assert below(deepest, edges) and all(id_ in printed for id_ in below(deepest, edges))
    assert load(deepest).title in printed


def below(id_, edges):
    return {id_}.union(*(below(d, edges) for d in edges[id_])) - ({id_} if not edges[id_] else set())
