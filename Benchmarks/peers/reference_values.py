"""Writes the reference values that the Swift tests compare with: Tests/Fixtures/*.json.

Everything here is written apart from the Swift code: float64, JAX for the gradients, NumPy integers for Philox.
Run it with the peers' Python (Benchmarks/setup makes it):

    .environment/peers/bin/python Benchmarks/peers/reference_values.py
"""

import json
import math
import pathlib

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"
MINIMUM_BIN = 1e-3
MINIMUM_SLOPE = 1e-3


# ---- the rational-quadratic spline (Durkan et al. 2019) ----


def spline_knots(raw, bound, bins):
    """Knot positions x_k, y_k [bins + 1] and slopes [bins + 1] from 3·bins − 1 raw parameters."""

    def edges(logits):
        fractions = MINIMUM_BIN + (1 - MINIMUM_BIN * bins) * jax.nn.softmax(logits)
        return jnp.concatenate([jnp.array([-bound]), -bound + 2 * bound * jnp.cumsum(fractions)])

    inner = MINIMUM_SLOPE + jnp.logaddexp(raw[2 * bins :], 0.0)
    slopes = jnp.concatenate([jnp.ones(1), inner, jnp.ones(1)])
    return edges(raw[:bins]), edges(raw[bins : 2 * bins]), slopes


def spline(x, raw, bound, bins):
    """y and log dy/dx of one coordinate; the identity outside [−bound, bound]."""
    xs, ys, slopes = spline_knots(raw, bound, bins)
    inside = jnp.abs(x) < bound
    clamped = jnp.where(inside, x, 0.0)
    k = jnp.clip(jnp.searchsorted(xs, clamped, side="right") - 1, 0, bins - 1)
    w, h = xs[k + 1] - xs[k], ys[k + 1] - ys[k]
    s, xi = h / w, (clamped - xs[k]) / w
    d0, d1 = slopes[k], slopes[k + 1]
    denominator = s + (d1 + d0 - 2 * s) * xi * (1 - xi)
    y = ys[k] + h * (s * xi**2 + d0 * xi * (1 - xi)) / denominator
    slope = s**2 * (d1 * xi**2 + 2 * s * xi * (1 - xi) + d0 * (1 - xi) ** 2) / denominator**2
    return jnp.where(inside, y, x), jnp.where(inside, jnp.log(slope), 0.0)


def spline_case(rng, bins, bound, x):
    raw = rng.normal(size=3 * bins - 1) * rng.choice([0.3, 1.0, 2.0])
    gy, gl = rng.normal(size=2)

    def loss(x, raw):
        y, log_slope = spline(x, raw, bound, bins)
        return gy * y + gl * log_slope

    y, log_slope = spline(x, raw, bound, bins)
    dx, draw = jax.grad(loss, argnums=(0, 1))(x, jnp.asarray(raw))
    check_by_differences(loss, x, raw, dx, draw)
    return {
        "bins": bins, "bound": bound, "raw": raw.tolist(), "x": x, "y": float(y), "logSlope": float(log_slope),
        "gradY": float(gy), "gradLogSlope": float(gl), "gradX": float(dx), "gradRaw": np.asarray(draw).tolist(),
    }  # fmt: skip


def check_by_differences(loss, x, raw, dx, draw, step=1e-6):
    """The automatic gradients against central differences, so that the fixtures stand on two legs."""
    numeric = (loss(x + step, raw) - loss(x - step, raw)) / (2 * step)
    assert abs(numeric - dx) <= 1e-5 * (1 + abs(numeric)), (x, numeric, dx)
    for i in range(len(raw)):
        nudge = np.zeros(len(raw))
        nudge[i] = step
        numeric = (loss(x, raw + nudge) - loss(x, raw - nudge)) / (2 * step)
        assert abs(numeric - draw[i]) <= 1e-5 * (1 + abs(numeric)), (x, i, numeric, draw[i])


def splines():
    rng = np.random.default_rng(1)
    cases = []
    for bins, bound in [(5, 3.0), (8, 8.0)]:
        inside = rng.uniform(-bound, bound, size=16)
        # float32 holds these exactly enough: the tests feed them to single precision.
        outside = np.array([bound + 0.5, -bound - 0.25, 3 * bound, -10 * bound])
        for x in np.concatenate([inside, outside]):
            cases.append(spline_case(rng, bins, bound, float(np.float32(x))))
    return {
        "about": "rational-quadratic spline: raw = [bins width logits, bins height logits, bins-1 slope logits]; "
        "gradX and gradRaw are those of gradY*y + gradLogSlope*log(dy/dx)",
        "minimumBin": MINIMUM_BIN, "minimumSlope": MINIMUM_SLOPE, "cases": cases,
    }  # fmt: skip


# ---- multilayer perceptrons ----

ACTIVATIONS = {
    "relu": lambda v: jnp.maximum(v, 0.0),
    "tanh": jnp.tanh,
    "softplus": lambda v: jnp.logaddexp(v, 0.0),
    "silu": lambda v: v / (1 + jnp.exp(-v)),
}


def mlp_case(rng, name):
    activation = ACTIVATIONS[name]
    weights = {
        "weight0": rng.normal(size=(5, 3)), "bias0": rng.normal(size=5),
        "weight1": rng.normal(size=(2, 5)), "bias1": rng.normal(size=2),
    }  # fmt: skip
    weights = {key: np.float32(value).astype(np.float64) for key, value in weights.items()}
    x = np.float32(rng.normal(size=(4, 3))).astype(np.float64)

    def output(weights, x):
        hidden = activation(x @ weights["weight0"].T + weights["bias0"])
        return hidden @ weights["weight1"].T + weights["bias1"]

    def loss(weights, x):
        return jnp.sum(output(weights, x) ** 2)

    grad_weights, grad_x = jax.grad(loss, argnums=(0, 1))(weights, x)
    case = {"activation": name, "input": x, "output": output(weights, x), "loss": loss(weights, x), "gradInput": grad_x}
    case |= weights | {"grad" + key[0].upper() + key[1:]: value for key, value in grad_weights.items()}
    return {key: value if key == "activation" else np.asarray(value).tolist() for key, value in case.items()}


def mlps():
    rng = np.random.default_rng(2)
    return {
        "about": "MLP 3-5-2 on 4 rows; weights [out, in]; loss = sum of squared outputs; the last map has no activation",
        "cases": [mlp_case(rng, name) for name in ACTIVATIONS],
    }


# ---- OnsagerNet (Yu, Tian, E, Li 2021) ----


def onsager_case(rng, dimension, width, rows=4, alpha=0.1, beta=0.2):
    """The drift in units of the rates u, -(1/root u) (L Lt + alpha I + W) root u grad V + f; gradients of sum drift^2."""

    def layer(outputs, inputs, size=1.0):
        return {"weight": size * rng.normal(size=(outputs, inputs)), "bias": size * rng.normal(size=outputs)}

    d = dimension
    parameters = {
        "entries.0": layer(width, d), "entries.1": layer(d * d, width, 0.5),
        "potential.0": layer(width, d), "potential.1": layer(d, width, 0.5),
        "gamma": {"weight": rng.normal(size=(d, d))},
        "force.0": layer(width, d), "force.1": layer(d, width, 0.5),
    }  # fmt: skip
    parameters = jax.tree.map(lambda v: np.float32(v).astype(np.float64), parameters)
    z, rates = (np.float32(v).astype(np.float64) for v in (rng.normal(size=(rows, d)), rng.uniform(0.2, 3, size=d)))

    def perceptron(p, name, x):
        first, last = p[name + ".0"], p[name + ".1"]
        return last["weight"] @ jnp.tanh(first["weight"] @ x + first["bias"]) + last["bias"]

    def energy(p, x):
        return beta * x @ x + 0.5 * jnp.sum((perceptron(p, "potential", x) + p["gamma"]["weight"] @ x) ** 2)

    def drift(p, x):
        a = perceptron(p, "entries", x).reshape(d, d)
        lower, upper = jnp.tril(a), jnp.triu(a, 1)
        matrix = lower @ lower.T + alpha * jnp.eye(d) + upper - upper.T
        root = jnp.sqrt(rates)
        return -(matrix @ (root * jax.grad(energy, argnums=1)(p, x))) / root + perceptron(p, "force", x)

    def loss(p, z):
        return jnp.sum(jax.vmap(lambda x: drift(p, x))(z) ** 2)

    gradients, z_gradient = jax.grad(loss, argnums=(0, 1))(parameters, z)
    values = {"z": z, "rates": rates, "energy": jax.vmap(lambda x: energy(parameters, x))(z),
              "energyGradient": jax.vmap(lambda x: jax.grad(energy, argnums=1)(parameters, x))(z),
              "drift": jax.vmap(lambda x: drift(parameters, x))(z), "gradZ": z_gradient}  # fmt: skip
    named = [{"name": f"g.{name}.{part}", "values": np.ravel(value), "gradient": np.ravel(gradients[name][part])}
             for name, parts in parameters.items() for part, value in parts.items()]  # fmt: skip
    sizes = {"dimension": d, "width": width, "rows": rows, "alpha": alpha, "beta": beta}
    return sizes | {"loss": float(loss(parameters, z))} | jax.tree.map(lambda v: np.ravel(v).tolist(), values) | {
        "parameters": [p | {key: p[key].tolist() for key in ("values", "gradient")} for p in named]
    }  # fmt: skip


def onsager_nets():
    rng = np.random.default_rng(5)
    return {
        "about": "OnsagerNet: weights [out, in] row by row; entries of L on and below the diagonal, of W above it; "
        "gradients are those of the sum of squared drifts",
        "cases": [onsager_case(rng, d, width) for d, width in [(1, 4), (3, 5), (9, 7)]],
    }


# ---- the set transformer (Lee et al. 2019) ----


def pattern(count, phase):
    """Numbers in [-1, 1] that both sides of the test can make: sin at widely spaced places."""
    return np.sin(1.0 + 12.9898 * np.arange(1, count + 1) + 78.233 * phase)


def multihead_block(p, name, q, k, heads):
    """MAB(Q, K): attention head by head as in the paper, then the feed-forward network."""
    d = q.shape[1] // heads

    def layer_norm(x, which):
        centred = x - x.mean(axis=1, keepdims=True)
        scaled = centred / jnp.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5)
        return scaled * p[f"{name}.{which}.weight"] + p[f"{name}.{which}.bias"]

    queries, keys, values = (
        x @ p[f"{name}.{part}.weight"].T for x, part in ((q, "query"), (k, "key"), (k, "value"))
    )
    parts = []
    for h in range(heads):
        at = slice(h * d, (h + 1) * d)
        logits = queries[:, at] @ keys[:, at].T / math.sqrt(d)
        parts.append(jax.nn.softmax(logits, axis=1) @ values[:, at] if len(k) else jnp.zeros((len(q), d)))
    hidden = layer_norm(q + jnp.concatenate(parts, axis=1) @ p[f"{name}.out_proj.weight"].T, "norm1")
    wide = jnp.maximum(hidden @ p[f"{name}.linear1.weight"].T + p[f"{name}.linear1.bias"], 0.0)
    return layer_norm(hidden + wide @ p[f"{name}.linear2.weight"].T + p[f"{name}.linear2.bias"], "norm2")


def set_transformer(p, x, heads, blocks):
    """ẑ of one set [n, d]."""
    x = x @ p["e.embedding.weight"].T + p["e.embedding.bias"]
    for i in range(blocks):
        few = multihead_block(p, f"e.blocks.{i}.gather", p[f"e.blocks.{i}.inducing_points"], x, heads)
        x = multihead_block(p, f"e.blocks.{i}.spread", x, few, heads)
    pooled = multihead_block(p, "e.pooling", p["e.pooling.seed"], x, heads)
    return (pooled @ p["e.output.weight"].T + p["e.output.bias"])[0]


def set_transformer_shapes(width, blocks, inducing, outputs):
    shapes = {"e.embedding.weight": (width, 2), "e.embedding.bias": (width,)}

    def block(name):
        for part in ("query", "key", "value", "out_proj"):
            shapes[f"{name}.{part}.weight"] = (width, width)
        for part, (out, into) in (("linear1", (2 * width, width)), ("linear2", (width, 2 * width))):
            shapes[f"{name}.{part}.weight"], shapes[f"{name}.{part}.bias"] = (out, into), (out,)
        for part in ("norm1", "norm2"):
            shapes[f"{name}.{part}.weight"] = shapes[f"{name}.{part}.bias"] = (width,)

    for i in range(blocks):
        shapes[f"e.blocks.{i}.inducing_points"] = (inducing, width)
        block(f"e.blocks.{i}.gather")
        block(f"e.blocks.{i}.spread")
    shapes["e.pooling.seed"] = (1, width)
    block("e.pooling")
    return shapes | {"e.output.weight": (outputs, width), "e.output.bias": (outputs,)}


def set_transformer_case(width, heads, blocks, inducing, outputs, counts):
    """Parameter k (in the order of the names) is 1.7/√(columns) · pattern(k), 1 + that of a norm's scale."""
    parameters = {}
    for k, (name, shape) in enumerate(sorted(set_transformer_shapes(width, blocks, inducing, outputs).items())):
        values = pattern(math.prod(shape), k) * 1.7 / math.sqrt(shape[-1])
        values = values + (1.0 if ".norm" in name and name.endswith("weight") else 0.0)
        parameters[name] = np.float32(values).astype(np.float64).reshape(shape)
    points = [np.float32(2 * pattern(2 * n, 100 + i)).astype(np.float64).reshape(n, 2) for i, n in enumerate(counts)]

    def closures(parameters, points):
        return jnp.stack([set_transformer(parameters, x, heads, blocks) for x in points])

    def loss(parameters, points):
        return jnp.sum(closures(parameters, points) ** 2)

    gradient, gradient_points = jax.grad(loss, argnums=(0, 1))(parameters, points)
    summary = {
        name: [float(jnp.linalg.norm(g)), float(jnp.ravel(g) @ pattern(g.size, 50))] for name, g in gradient.items()
    }
    check_along_gradient(lambda p: loss(p, points), parameters, gradient)
    flat = np.concatenate([np.ravel(g) for g in gradient_points])
    return {
        "width": width, "heads": heads, "blocks": blocks, "inducingPoints": inducing, "outputs": outputs,
        "counts": counts, "closures": np.asarray(closures(parameters, points)).tolist(),
        "loss": float(loss(parameters, points)), "gradients": summary,
        "pointGradients": [float(f"{v:.9g}") for v in flat],
    }  # fmt: skip


def check_along_gradient(loss, parameters, gradient, step=1e-6):
    """The gradient against a central difference along it."""
    norm = math.sqrt(sum(float(jnp.sum(g**2)) for g in gradient.values()))
    up, down = (
        loss({name: v + sign * step / norm * gradient[name] for name, v in parameters.items()}) for sign in (1, -1)
    )
    assert abs((up - down) / (2 * step) - norm) <= 1e-5 * norm


def set_transformers():
    return {
        "about": "set transformer, ReLU; parameter k in the order of the names is 1.7/sqrt(columns)*sin(1 + 12.9898*(i+1) "
        "+ 78.233*k), 1 added to norms' weights; set i is 2*sin(... + 78.233*(100 + i)); loss = sum of squared closures; "
        "gradients: norm, and the dot product with sin(... + 78.233*50)",
        "cases": [
            set_transformer_case(6, 2, 2, 3, 3, [1, 5, 0, 7]),
            set_transformer_case(20, 4, 1, 5, 2, [9, 2]),
            set_transformer_case(64, 4, 2, 16, 8, [40, 3, 150]),
        ],
    }


# ---- Philox 4x32-10 (Salmon et al., SC11) ----


def philox(counter, key, rounds=10):
    """Ten rounds on four 32-bit words; the key is bumped by the Weyl constants between rounds."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(rounds):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return [c0, c1, c2, c3]


# The known answers published with Random123: counter, key, output.
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def philoxes():
    def words(text):
        return [int(word, 16) for word in text.split()]

    rng = np.random.default_rng(3)
    questions = []
    for counter, key, answer in KNOWN_ANSWERS:
        assert philox(words(counter), words(key)) == words(answer), (counter, key)
        questions.append((words(counter), words(key)))
    for _ in range(13):
        drawn = rng.integers(0, 2**32, size=6).tolist()
        questions.append((drawn[:4], drawn[4:]))
    return {
        "about": "Philox4x32-10; the first three are the known answers published with Random123",
        "cases": [{"counter": c, "key": k, "output": philox(c, k)} for c, k in questions],
    }


# ---- the interacting particles (method.md 4.2) ----


def particle_velocities_and_energy(x, a=4.0, b=0.1):
    """Velocities [n, d] and the mean pair energy, one pair after another: slow and plain on purpose."""
    n = len(x)
    velocities, energy = np.zeros_like(x), 0.0
    for i in range(n):
        for j in range(n):
            if i != j:
                difference = x[i] - x[j]
                r = math.sqrt(float(difference @ difference))
                velocities[i] += (math.tanh(a * (1 - r)) + b) * difference / r / n
                energy += (math.log(math.cosh(a * (1 - r))) / a + b * (1 - r)) / (n * (n - 1))
    return velocities, energy


def particles():
    rng = np.random.default_rng(4)
    cases = []
    for n, steps in [(2, 20), (7, 20), (33, 10)]:
        start = np.float32(rng.normal(size=(n, 2)) * 0.5).astype(np.float64)
        x, energies = start.copy(), []
        for _ in range(steps):
            velocities, energy = particle_velocities_and_energy(x)
            energies.append(energy)
            x = x + 0.02 * velocities
        energies.append(particle_velocities_and_energy(x)[1])
        cases.append({"n": n, "timeStep": 0.02, "start": start.tolist(), "end": x.tolist(), "energies": energies})
    return {
        "about": "interacting particles, a = 4, b = 0.1, forward Euler in float64; "
        "energies[t] before step t, the last at the end",
        "cases": cases,
    }


# ---- the Chamfer distance (both directions added) ----


def chamfer_distance(x, y):
    """(1/n) sum_i min_j |x_i - y_j|^2 + (1/m) sum_j min_i |y_j - x_i|^2 for x [n, d], y [m, d]."""
    squares = jnp.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1)
    return jnp.mean(jnp.min(squares, axis=1)) + jnp.mean(jnp.min(squares, axis=0))


def chamfers():
    rng = np.random.default_rng(5)
    cases = []
    for d, n, m in [(1, 5, 3), (2, 40, 40), (2, 1, 19), (3, 33, 16), (5, 7, 21), (2, 3, 1)]:
        x, y = (np.float32(rng.normal(size=(count, d))).astype(np.float64) for count in (n, m))
        gradient = jax.grad(chamfer_distance, argnums=1)(x, y)
        cases.append(
            {
                "x": x.tolist(), "y": y.tolist(), "distance": float(chamfer_distance(x, y)),
                "gradY": np.asarray(gradient).tolist(),
            }
        )  # fmt: skip
    return {"about": "Chamfer distance of x [n, d] and y [m, d], both directions added, and its gradient", "cases": cases}


# ---- the maximum mean discrepancy ----


def mean_kernels(x, y, bandwidths):
    """exp(-|x_i - y_j|^2 / 2 sigma^2) [n, m], averaged over sigma."""
    squares = np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1)
    return np.mean([np.exp(-squares / (2 * sigma**2)) for sigma in bandwidths], axis=0)


def without_diagonal(matrix):
    return matrix[~np.eye(len(matrix), dtype=bool)]


def discrepancies():
    rng = np.random.default_rng(6)
    cases = []
    published = [0.01, 0.05, 0.25, 1.25]
    for d, n, m, shift, offset, bandwidths in [
        (2, 200, 200, 0.0, 0.4, published), (2, 200, 200, 0.05, 0.4, published), (1, 17, 40, 0.3, 0.0, published),
        (3, 33, 16, 0.2, 1000.0, published), (2, 2, 2, 0.01, 0.0, [0.3]), (1, 65, 65, 0.1, -5.0, [0.1, 1.0, 10.0]),
    ]:  # fmt: skip
        x = offset + 0.1 * rng.normal(size=(n, d))
        y = offset + shift + 0.1 * rng.normal(size=(m, d))
        xx, yy, xy = (mean_kernels(*pair, bandwidths) for pair in [(x, x), (y, y), (x, y)])
        cross = np.mean(without_diagonal(xy)) if n == m else np.mean(xy)
        cases.append(
            {
                "bandwidths": bandwidths, "x": x.tolist(), "y": y.tolist(),
                "published": float(np.mean(xx) + np.mean(yy) - 2 * np.mean(xy)),
                "unbiased": float(np.mean(without_diagonal(xx)) + np.mean(without_diagonal(yy)) - 2 * cross),
            }
        )  # fmt: skip
    return {
        "about": "squared maximum mean discrepancy of x [n, d] and y [m, d], averaged over Gaussian kernels: published = "
        "means over all pairs; unbiased = without diagonals, that of x and y too where n = m",
        "cases": cases,
    }


def write(name, values):
    path = FIXTURES / name
    path.write_text(json.dumps(values, separators=(",", ":")) + "\n")
    print(f"{path.relative_to(FIXTURES.parents[1])}: {path.stat().st_size / 1000:.0f} KB, {len(values['cases'])} cases")


if __name__ == "__main__":
    FIXTURES.mkdir(parents=True, exist_ok=True)
    write("rational-quadratic-spline.json", splines())
    write("mlp.json", mlps())
    write("onsager-net.json", onsager_nets())
    write("set-transformer.json", set_transformers())
    write("philox4x32-10.json", philoxes())
    write("interacting-particles.json", particles())
    write("chamfer.json", chamfers())
    write("maximum-mean-discrepancy.json", discrepancies())
