"""α-CROWN bounds by the library auto_LiRPA (PyPI, version 0.3), for stability_peers.py.

Its `CROWN-Optimized` bounds for the units that samples, climbs and CROWN leave open, layer by
layer. No branch and bound, so units stay undecided; stability_crown.py has that.
"""

import warnings

import numpy as np
import torch

import stability_start

OPTIONS = {"optimize_bound_args": {"enable_beta_crown": False, "iteration": 20, "lr_alpha": 0.1}}


def below(state, k, units):
    """The network up to the pre-activations of some units of layer k."""
    parts = []
    for j, (weights, bias) in enumerate(state.layers[: k + 1]):
        if j == k:
            weights, bias = weights[units], bias[units]
        linear = torch.nn.Linear(weights.shape[1], weights.shape[0])
        linear.weight.data = torch.tensor(weights, dtype=torch.float32)
        linear.bias.data = torch.tensor(bias, dtype=torch.float32)
        parts += [linear, torch.nn.ReLU()] if j < k else [linear]
    return torch.nn.Sequential(*parts)


def tighten(state, k):
    from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm

    units = sorted({int(unit) for unit, _ in state.sides(k)})
    if not units:
        return
    low, high = (torch.tensor(e[None], dtype=torch.float32) for e in (state.lower, state.upper))
    module = BoundedModule(below(state, k, units), torch.zeros_like(low), bound_opts=OPTIONS)
    ball = PerturbationLpNorm(norm=float("inf"), x_L=low, x_U=high)
    bottom, top = module.compute_bounds(
        x=(BoundedTensor((low + high) / 2, ball),), method="CROWN-Optimized")
    lower, upper = (np.full(len(state.layers[k][1]), s * np.inf) for s in (-1, 1))
    lower[units], upper[units] = bottom[0].detach().numpy(), top[0].detach().numpy()
    state.tighten(k, lower, upper)
    state.count("bounds", 2 * len(units))


def decide(state, name):
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    stability_start.begin(state)
    for k in range(1, len(state.layers)):
        stability_start.bound(state, k)
        tighten(state, k)
        state.save()
