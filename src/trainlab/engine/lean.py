"""A recorded gradient without its needless copies: the same products, written where they belong.

Autograd gives the gradient of a linear map's weight as the transpose of a product, which is copied
to be laid out like the weight, and copied again into its place among the others. Here the product
is taken the other way about, a^T b = (b^T a)^T, and written straight into its place.
"""

from __future__ import annotations

from itertools import accumulate
from math import prod

import torch
from torch.fx import Graph, Node

__all__ = ["lean", "prune", "writes"]

aten = torch.ops.aten
VIEWS = (aten.view.default, aten._unsafe_view.default)
BATCHED = 3
"""Axes of a product that all members take together: [P, out, in]."""


def lean(graph: Graph) -> None:
    """Change a recording in place; nodes must know the shape of what they make."""
    for node in list(graph.nodes):
        if _changes_nothing(node):
            node.replace_all_uses_with(node.args[0])
    for node in list(graph.nodes):
        if node.target is aten.clone.default:
            _turn(graph, node)
    for node in list(graph.nodes):
        if node.target is aten.cat.default and node.args[1:] == (1,):
            _write_in_place(graph, node)
    prune(graph)


def prune(graph: Graph) -> None:
    """Leave out what nobody reads."""
    for node in reversed(list(graph.nodes)):
        if node.op == "call_function" and not node.users and not writes(node):
            graph.erase_node(node)


def writes(node: Node) -> bool:
    """Whether an operation changes a tensor, so that it counts though nobody reads its result."""
    schema = getattr(node.target, "_schema", None)
    return schema is None or bool(schema.is_mutable)


def _changes_nothing(node: Node) -> bool:
    """Whether a node gives what it is given: the same shape again, or a product with one."""
    given = _argument(node) if node.args else None
    if given is None or any(writes(user) for user in node.users):
        return False
    if node.target in (*VIEWS, aten.expand.default):
        shape = node.meta.get("shape")
        return shape is not None and bool(shape == given.meta.get("shape"))
    return node.target is aten.mul.Scalar and node.args[1] in (1, 1.0)


def _turn(graph: Graph, copied: Node) -> None:
    """Replace a copied transpose of a product by the product of the transposes, swapped."""
    transposed = _argument(copied)
    if transposed is None or transposed.target is not aten.transpose.int:
        return
    product = _under(_argument(transposed))
    if product is None or product.target is not aten.bmm.default or transposed.args[1:] != (1, 2):
        return
    with graph.inserting_before(copied):
        first, second = (_transposed(graph, factor) for factor in product.args)
        turned = graph.call_function(aten.bmm.default, (second, first))
        turned.meta = dict(copied.meta)
    copied.replace_all_uses_with(turned)


def _transposed(graph: Graph, node: object) -> Node:
    """Transpose, or undo a transpose."""
    if not isinstance(node, Node):
        raise TypeError("a product is of two tensors")
    if node.target is aten.transpose.int and node.args[1:] == (1, 2):
        inner = node.args[0]
        if isinstance(inner, Node):
            return inner
    return graph.call_function(aten.transpose.int, (node, 1, 2))


def _write_in_place(graph: Graph, cat: Node) -> None:
    """Let products that are put side by side be computed into their place."""
    parts = cat.args[0]
    if not isinstance(parts, list | tuple) or not all(isinstance(part, Node) for part in parts):
        return
    nodes = [part for part in parts if isinstance(part, Node)]
    products = [_product(part) for part in nodes]
    if not any(products) or any("shape" not in node.meta for node in (cat, *nodes)):
        return
    widths = [node.meta["shape"][1] for node in nodes]
    first = next(node for node in graph.nodes if node in products)
    with graph.inserting_before(first):
        like = first.args[0]
        whole = graph.call_function(aten.new_empty.default, (like, list(cat.meta["shape"])))
    for node, product, end, width in zip(nodes, products, accumulate(widths), widths, strict=True):
        with graph.inserting_before(product or cat):
            place = graph.call_function(aten.slice.Tensor, (whole, 1, end - width, end))
            if product is None:
                graph.call_function(aten.copy_.default, (place, node))
                continue
            out = graph.call_function(aten.view.default, (place, list(product.meta["shape"])))
            graph.call_function(aten.bmm.out, product.args, {"out": out})
    cat.replace_all_uses_with(whole)


def _product(part: Node) -> Node | None:
    """Give the product that a part is a view of, if nobody else reads it."""
    found = _under(part)
    if found is None or found.target is not aten.bmm.default or len(found.users) > 1:
        return None
    shape = found.meta.get("shape", ())
    flat = len(shape) == BATCHED and prod(shape[1:]) == part.meta["shape"][1]
    return found if flat else None


def _under(node: Node | None) -> Node | None:
    """Follow views down to what they show, as long as each is read once."""
    while node is not None and node.target in VIEWS and len(node.users) == 1:
        node = _argument(node)
    return node


def _argument(node: Node) -> Node | None:
    first = node.args[0]
    return first if isinstance(first, Node) else None
