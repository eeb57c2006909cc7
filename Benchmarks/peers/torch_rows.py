"""The rows in PyTorch with zuko, eager: for these sizes torch.compile was slower when it was tried."""

import functools

import torch
import zuko

import sizes
from worker import Formulation


def mlp(*widths, activation):
    layers = []
    for i, o in zip(widths[:-1], widths[1:]):
        layers += [torch.nn.Linear(i, o), activation()]
    return torch.nn.Sequential(*layers[:-1])


class DeepSet(torch.nn.Module):
    """ẑ [batch, closure] of point sets [batch, n, d]."""

    def __init__(self):
        super().__init__()
        h = sizes.HIDDEN
        self.phi = mlp(sizes.DIMENSION, h, h, h, activation=torch.nn.ReLU)
        self.rho = mlp(h, h, sizes.CLOSURE, activation=torch.nn.ReLU)

    def forward(self, sets):
        return self.rho(self.phi(sets).mean(dim=1))


def spline_flow():
    """zuko's neural spline flow (its masked networks), with our bound; its own floors of bins and slopes remain."""
    return zuko.flows.MAF(
        sizes.DIMENSION,
        sizes.CLOSURE,
        transforms=sizes.FLOW_LAYERS,
        hidden_features=(sizes.HIDDEN, sizes.HIDDEN),
        univariate=functools.partial(zuko.transforms.MonotonicRQSTransform, bound=sizes.BOUND),
        shapes=[(sizes.BINS,), (sizes.BINS,), (sizes.BINS - 1,)],
    )


def parameter_count(*modules):
    return sum(p.numel() for module in modules for p in module.parameters())


def adam(*modules):
    return torch.optim.Adam([p for module in modules for p in module.parameters()], lr=sizes.LEARNING_RATE, fused=True)


def train_autoencoder(batch):
    encoder, flow = DeepSet(), spline_flow()
    optimiser = adam(encoder, flow)
    data = torch.randn(sizes.SETS, sizes.POINTS, sizes.DIMENSION)

    def step():
        sets = data[torch.randint(sizes.SETS, (batch,))]
        index = torch.randint(sizes.POINTS, (batch, sizes.SAMPLES, 1)).expand(-1, -1, sizes.DIMENSION)
        samples = torch.gather(sets, 1, index) + sizes.SMOOTHING * torch.randn(index.shape)
        closure = encoder(sets)
        loss = -flow(closure[:, None, :]).log_prob(samples).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()

    return [Formulation("eager", step, batch, parameter_count(encoder, flow))]


def encode_frames(batch):
    encoder = DeepSet()
    sets = torch.randn(batch, sizes.POINTS, sizes.DIMENSION)

    def whole():
        with torch.inference_mode():
            encoder(sets)

    def pieces():
        with torch.inference_mode():
            torch.cat([encoder(piece) for piece in sets.split(8)])

    count = parameter_count(encoder)
    return [Formulation("whole", whole, batch, count), Formulation("8 sets at a time", pieces, batch, count)]


def drift():
    return mlp(sizes.STATE, sizes.DRIFT_HIDDEN, sizes.DRIFT_HIDDEN, sizes.STATE, activation=torch.nn.Tanh)


def train_dynamics(batch):
    g = drift()
    optimiser = adam(g)
    states, increments = torch.randn(sizes.STATES, sizes.STATE), torch.randn(sizes.STATES, sizes.STATE)

    def step():
        index = torch.randint(sizes.STATES, (batch,))
        loss = torch.nn.functional.mse_loss(g(states[index]), increments[index])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()

    return [Formulation("eager", step, 1, parameter_count(g))]


def rollout(batch):
    g = drift()
    start = torch.randn(batch, sizes.STATE)

    def trajectories():
        with torch.inference_mode():
            z, kept = start, torch.empty(sizes.ROLLOUT_STEPS, batch, sizes.STATE)
            for t in range(sizes.ROLLOUT_STEPS):
                z = z + 0.01 * g(z)
                kept[t] = z

    return [Formulation("eager", trajectories, batch * sizes.ROLLOUT_STEPS, parameter_count(g))]


def rows(threads):
    """Row name → batch → its formulations. PyTorch has no row of the simulation."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    return {
        "train-autoencoder": train_autoencoder,
        "encode": encode_frames,
        "train-dynamics": train_dynamics,
        "rollout": rollout,
    }
