"""The parts that operations play in the backward pass, by the name of the function."""

from __future__ import annotations

__all__ = ["COPY", "gate", "plain_name"]

COPY = "copy sums"
"""A value that is used more than once: its gradient is the sum over its uses."""
LETTERS = {"iadd", "radd", "isub", "rsub", "imul", "rmul", "itruediv", "rtruediv"}
ROLES = {
    "add distributes": ("add", "sub"),
    "multiply switches": ("mul", "div", "truediv", "square", "pow", "neg"),
    "multiply switches, add distributes": (
        *("linear", "matmul", "mm", "bmm", "addmm", "baddbmm", "einsum"),
        *("conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "mv", "dot"),
    ),
    "softmax scales, multiply switches": (
        *("scaled_dot_product_attention", "multi_head_attention_forward"),
    ),
    "max routes": (
        *("relu", "max", "amax", "maximum", "clamp", "max_pool1d", "max_pool2d", "leaky_relu"),
        *("min", "amin", "minimum", "adaptive_max_pool2d", "relu6", "prelu", "hardtanh", "abs"),
        *("where", "hardsigmoid"),
    ),
    "average shares": ("mean", "sum", "avg_pool1d", "avg_pool2d", "adaptive_avg_pool2d"),
    "squashing scales": (
        *("tanh", "sigmoid", "softmax", "log_softmax", "gelu", "silu", "elu", "selu", "mish"),
        *("softplus", "softsign", "hardswish", "exp", "log", "sqrt", "rsqrt", "logsumexp"),
    ),
    "norm centres and scales": (
        *("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm"),
        "local_response_norm",
    ),
    "rearranging passes on": (
        *("flatten", "reshape", "view", "squeeze", "unsqueeze", "transpose", "permute", "getitem"),
        *("chunk", "split", "unbind", "stack", "cat", "expand", "to", "clone", "contiguous", "pad"),
        *("embedding", "gather", "index_select", "unflatten", "movedim", "select", "dropout"),
    ),
    "the loss begins": (
        *("cross_entropy", "mse_loss", "nll_loss", "huber_loss", "l1_loss", "smooth_l1_loss"),
        *("binary_cross_entropy", "binary_cross_entropy_with_logits", "kl_div"),
    ),
}
BY_NAME = {name: role for role, names in ROLES.items() for name in names}


def plain_name(function: object) -> str:
    """Give a function's name without Python's and torch's marks: `__iadd__`, `add_` -> add."""
    name = str(getattr(function, "__name__", function))
    if name == "__get__":
        name = str(getattr(getattr(function, "__self__", None), "__name__", "attribute"))
    name = name.strip("_")
    return name[1:] if name in LETTERS else name


def gate(name: str) -> str:
    """Give the role of an operation, or nothing where it has none of its own."""
    return BY_NAME.get(name, "")
