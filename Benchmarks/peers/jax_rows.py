"""The rows in JAX, as a good JAX user writes them: everything under jit, state donated, ẑ-only work done once a set."""

import functools

import jax
import jax.numpy as jnp
import numpy as np

import sizes
from worker import Formulation

# ---- networks ----


def initial_mlp(key, *widths):
    """Weights [in, out] and biases of a perceptron, scaled by the fan-in."""
    keys = jax.random.split(key, len(widths) - 1)
    return [
        (jax.random.normal(k, (i, o)) * np.float32(np.sqrt(2 / i)), jnp.zeros(o))
        for k, i, o in zip(keys, widths[:-1], widths[1:])
    ]


def mlp(layers, x, activation):
    for weight, bias in layers[:-1]:
        x = activation(x @ weight + bias)
    weight, bias = layers[-1]
    return x @ weight + bias


def parameter_count(parameters):
    return sum(leaf.size for leaf in jax.tree.leaves(parameters))


def adam_start(parameters):
    def zeros():
        return jax.tree.map(jnp.zeros_like, parameters)

    return parameters, zeros(), zeros(), jnp.zeros(())


def adam_update(optimiser, gradients):
    parameters, first, second, time = optimiser
    time = time + 1
    first = jax.tree.map(lambda m, g: sizes.BETA1 * m + (1 - sizes.BETA1) * g, first, gradients)
    second = jax.tree.map(lambda v, g: sizes.BETA2 * v + (1 - sizes.BETA2) * g * g, second, gradients)
    rate = sizes.LEARNING_RATE / (1 - sizes.BETA1**time)
    correction = 1 / (1 - sizes.BETA2**time)
    parameters = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v * correction) + sizes.ADAM_EPSILON), parameters, first, second
    )
    return parameters, first, second, time


# ---- DeepSet and conditional spline flow ----


def initial_autoencoder(key):
    keys = jax.random.split(key, 2 + 2 * sizes.FLOW_LAYERS)
    h, out = sizes.HIDDEN, sizes.SPLINE_PARAMETERS
    return {
        "phi": initial_mlp(keys[0], sizes.DIMENSION, h, h, h),
        "rho": initial_mlp(keys[1], h, h, sizes.CLOSURE),
        "first": [initial_mlp(k, sizes.CLOSURE, h, h, out) for k in keys[2 : 2 + sizes.FLOW_LAYERS]],
        "second": [initial_mlp(k, 1 + sizes.CLOSURE, h, h, out) for k in keys[2 + sizes.FLOW_LAYERS :]],
    }


def encode(parameters, sets):
    """ẑ [batch, closure] of point sets [batch, n, d]."""
    batch, n, d = sets.shape
    features = mlp(parameters["phi"], sets.reshape(-1, d), jax.nn.relu).reshape(batch, n, -1)
    return mlp(parameters["rho"], features.mean(axis=1), jax.nn.relu)


PREFIX_SUMS = np.triu(np.ones((sizes.BINS, sizes.BINS), np.float32))


def edges(logits):
    """Knot positions [..., bins + 1]. The product with a triangle of ones is faster here than cumsum."""
    fractions = sizes.MINIMUM_BIN + (1 - sizes.MINIMUM_BIN * sizes.BINS) * jax.nn.softmax(logits)
    start = jnp.full(logits.shape[:-1] + (1,), -sizes.BOUND)
    return jnp.concatenate([start, -sizes.BOUND + 2 * sizes.BOUND * (fractions @ PREFIX_SUMS)], axis=-1)


def pick_by_mask(x, knots):
    """How to read both ends of x's bin from an array [..., bins + 1]: by a one-hot mask over the bins."""
    above = x[..., None] >= knots[..., 1:-1]
    yes = jnp.ones_like(above[..., :1])
    mask = (jnp.concatenate([yes, above], -1) & jnp.concatenate([~above, yes], -1)).astype(x.dtype)
    return lambda values: (jnp.sum(mask * values[..., :-1], -1), jnp.sum(mask * values[..., 1:], -1))


def pick_by_gather(x, knots):
    """The same by gathering at the bin's index."""
    k = jnp.sum(x[..., None] >= knots[..., 1:-1], axis=-1)[..., None]

    def pick(values):
        values = jnp.broadcast_to(values, x.shape + values.shape[-1:])
        return jnp.take_along_axis(values, k, -1)[..., 0], jnp.take_along_axis(values, k + 1, -1)[..., 0]

    return pick


def spline(x, raw, picker):
    """y and log dy/dx [batch, K] for x [batch, K] and raw parameters [batch, K or 1, 3·bins − 1]."""
    bins = sizes.BINS
    xs, ys = edges(raw[..., :bins]), edges(raw[..., bins : 2 * bins])
    slopes = sizes.MINIMUM_SLOPE + jax.nn.softplus(raw[..., 2 * bins :])
    one = jnp.ones_like(slopes[..., :1])
    inside = jnp.abs(x) < sizes.BOUND
    clamped = jnp.where(inside, x, 0.0)
    pick = picker(clamped, xs)
    (x0, x1), (y0, y1), (d0, d1) = pick(xs), pick(ys), pick(jnp.concatenate([one, slopes, one], -1))
    w, h = x1 - x0, y1 - y0
    s, t = h / w, (clamped - x0) / w
    q = t * (1 - t)
    denominator = s + (d1 + d0 - 2 * s) * q
    y = y0 + h * (s * t * t + d0 * q) / denominator
    slope = s * s * (d1 * t * t + 2 * s * q + d0 * (1 - t) ** 2) / (denominator * denominator)
    return jnp.where(inside, y, x), jnp.where(inside, jnp.log(slope), 0.0)


def log_density(parameters, closure, samples, picker):
    """log p(x | ẑ) [batch, K]; what depends on ẑ alone is computed once a set."""
    a, b = samples[..., 0], samples[..., 1]
    total = -0.5 * sizes.DIMENSION * np.float32(np.log(2 * np.pi))
    for first, second in zip(parameters["first"], parameters["second"]):
        (weight, bias), *rest = second
        of_set = closure @ weight[1:] + bias
        hidden = jax.nn.relu(of_set[:, None, :] + a[..., None] * weight[0])
        raw = mlp(rest, hidden.reshape(-1, sizes.HIDDEN), jax.nn.relu).reshape(*a.shape, -1)
        a, slope_a = spline(a, mlp(first, closure, jax.nn.relu)[:, None, :], picker)
        b, slope_b = spline(b, raw, picker)
        total = total + slope_a + slope_b
        a, b = b, a
    return total - 0.5 * (a * a + b * b)


# ---- Set Transformer (Lee et al. 2019), 2 ISAB and pooling by one seed ----


def initial_set_transformer(key):
    keys = iter(jax.random.split(key, 100))
    w = sizes.HIDDEN

    def matrix(rows, columns):
        return jax.random.normal(next(keys), (rows, columns)) * np.float32(1 / np.sqrt(rows))

    def norm():
        return jnp.ones(w), jnp.zeros(w)

    def block():
        projections = {name: matrix(w, w) for name in ("query", "key", "value", "output")}
        return projections | {"feed": initial_mlp(next(keys), w, 2 * w, w), "norm1": norm(), "norm2": norm()}

    return {
        "embedding": initial_mlp(next(keys), sizes.DIMENSION, w),
        "blocks": [
            {"inducing": matrix(sizes.INDUCING_POINTS, w), "gather": block(), "spread": block()}
            for _ in range(sizes.ATTENTION_BLOCKS)
        ],
        "seed": matrix(1, w),
        "pooling": block(),
        "output": initial_mlp(next(keys), w, sizes.CLOSURE),
    }


def split_heads(x):
    return x.reshape(*x.shape[:-1], sizes.HEADS, -1)


HEAD_SCALE = np.float32(1 / np.sqrt(sizes.HIDDEN // sizes.HEADS))


def plain_attention(p, q, k, few):
    """softmax(QKᵀ/√d)V head by head, `[batch, n, width]`; `few` says which side has few rows, of no use here."""
    queries, keys, values = (split_heads(x @ p[name]) for x, name in ((q, "query"), (k, "key"), (k, "value")))
    weights = jax.nn.softmax(jnp.einsum("bqhd,bkhd->bhqk", queries * HEAD_SCALE, keys))
    return jnp.einsum("bhqk,bkhd->bqhd", weights, values).reshape(q.shape) @ p["output"]


def folded_attention(p, q, k, few):
    """The same with the projections of the many points applied to the few rows instead: two large products."""
    batch, width = q.shape[0], q.shape[-1]
    of_head = {name: split_heads(p[name]) for name in ("query", "key", "value")}
    if few == "queries":
        queries = jnp.einsum("bqhd,whd->bhqw", split_heads(q @ p["query"]) * HEAD_SCALE, of_head["key"])
        logits = jnp.einsum("bgw,bnw->bgn", queries.reshape(batch, -1, width), k)
        pooled = jnp.einsum("bgn,bnw->bgw", jax.nn.softmax(logits), k).reshape(queries.shape)
        return jnp.einsum("bhqw,whd->bqhd", pooled, of_head["value"]).reshape(q.shape) @ p["output"]
    keys = jnp.einsum("bkhd,whd->bhkw", split_heads(k @ p["key"]) * HEAD_SCALE, of_head["query"])
    output = p["output"].reshape(sizes.HEADS, -1, width)
    values = jnp.einsum("bkhd,hdw->bhkw", split_heads(k @ p["value"]), output)
    logits = jnp.einsum("bnw,bgw->bng", q, keys.reshape(batch, -1, width))
    weights = jax.nn.softmax(logits.reshape(*q.shape[:2], sizes.HEADS, -1)).reshape(logits.shape)
    return jnp.einsum("bng,bgw->bnw", weights, values.reshape(batch, -1, width))


def layer_norm(parameters, x):
    scale, shift = parameters
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred * jax.lax.rsqrt(jnp.mean(centred * centred, axis=-1, keepdims=True) + 1e-5) * scale + shift


def attention_block(p, q, k, few, attention):
    hidden = layer_norm(p["norm1"], q + attention(p, q, k, few))
    return layer_norm(p["norm2"], hidden + mlp(p["feed"], hidden, jax.nn.relu))


def encode_by_attention(parameters, sets, attention):
    """ẑ [batch, closure] of point sets [batch, n, d]."""

    def of_all_sets(x):
        return jnp.broadcast_to(x, (sets.shape[0], *x.shape))

    x = mlp(parameters["embedding"], sets, jax.nn.relu)
    for block in parameters["blocks"]:
        few = attention_block(block["gather"], of_all_sets(block["inducing"]), x, "queries", attention)
        x = attention_block(block["spread"], x, few, "keys", attention)
    pooled = attention_block(parameters["pooling"], of_all_sets(parameters["seed"]), x, "queries", attention)
    return mlp(parameters["output"], pooled[:, 0], jax.nn.relu)


# ---- stage I ----


def reconstruction_loss(parameters, sets, key, picker, encoder):
    """−mean log p over K samples of q_X a set, drawn here."""
    batch, n, d = sets.shape
    key_point, key_noise = jax.random.split(key)
    index = jax.random.randint(key_point, (batch, sizes.SAMPLES, 1), 0, n)
    noise = jax.random.normal(key_noise, (batch, sizes.SAMPLES, d))
    samples = jnp.take_along_axis(sets, index, 1) + sizes.SMOOTHING * noise
    return -jnp.mean(log_density(parameters, encoder(parameters, sets), samples, picker))


def resident_sets():
    shape = (sizes.SETS, sizes.POINTS, sizes.DIMENSION)
    return jnp.asarray(np.random.default_rng(0).standard_normal(shape, dtype=np.float32))


def autoencoder_formulation(name, batch, chunks, picker, encoder=encode, initial=initial_autoencoder):
    """One training step; with chunks > 1 the gradient is summed over pieces of the batch, which stay in cache."""
    loss = functools.partial(reconstruction_loss, picker=picker, encoder=encoder)

    def gradients(parameters, sets, key):
        if chunks == 1:
            return jax.value_and_grad(loss)(parameters, sets, key)

        def add(total, piece):
            return jax.tree.map(jnp.add, total, jax.value_and_grad(loss)(parameters, *piece)), None

        zero = (jnp.zeros(()), jax.tree.map(jnp.zeros_like, parameters))
        pieces = (sets.reshape(chunks, batch // chunks, *sets.shape[1:]), jax.random.split(key, chunks))
        return jax.tree.map(lambda v: v / chunks, jax.lax.scan(add, zero, pieces)[0])

    @functools.partial(jax.jit, donate_argnums=0)
    def step(state, data):
        optimiser, key = state
        key, key_sets, key_samples = jax.random.split(key, 3)
        sets = data[jax.random.randint(key_sets, (batch,), 0, data.shape[0])]
        value, gradient = gradients(optimiser[0], sets, key_samples)
        return (adam_update(optimiser, gradient), key), value

    parameters = initial(jax.random.key(0))
    count = parameter_count(parameters)
    return Formulation(name, stepper(step, (adam_start(parameters), jax.random.key(1)), resident_sets()), batch, count)


def stepper(step, state, *data):
    """A call that advances the state by one step and waits for the loss."""

    def call():
        nonlocal state
        state, value = step(state, *data)
        value.block_until_ready()

    return call


def train_autoencoder(batch):
    pieces = max(1, batch // 4)
    return [
        autoencoder_formulation("whole, mask", batch, 1, pick_by_mask),
        autoencoder_formulation("whole, gather", batch, 1, pick_by_gather),
        autoencoder_formulation("4 sets at a time, mask", batch, pieces, pick_by_mask),
    ]


def initial_attention_autoencoder(key):
    flow = {name: part for name, part in initial_autoencoder(key).items() if name in ("first", "second")}
    return flow | initial_set_transformer(jax.random.fold_in(key, 1))


def train_set_transformer(batch):
    return [
        autoencoder_formulation(
            f"{name}, {attention.__name__}",
            batch,
            chunks,
            pick_by_mask,
            functools.partial(encode_by_attention, attention=attention),
            initial_attention_autoencoder,
        )
        for name, chunks in (("whole", 1), ("4 sets at a time", max(1, batch // 4)))
        for attention in (plain_attention, folded_attention)
    ]


# ---- encoding ----


def encode_frames(batch):
    parameters = {k: v for k, v in initial_autoencoder(jax.random.key(0)).items() if k in ("phi", "rho")}
    sets, count = resident_sets()[:batch], parameter_count(parameters)
    whole = jax.jit(encode)
    pieces = jax.jit(
        lambda parameters, sets: jax.lax.map(
            lambda piece: encode(parameters, piece), sets.reshape(-1, 4, *sets.shape[1:])
        )
    )
    return [
        Formulation("whole", lambda: whole(parameters, sets).block_until_ready(), batch, count),
        Formulation("4 sets at a time", lambda: pieces(parameters, sets).block_until_ready(), batch, count),
    ]


# ---- dynamics ----


def initial_drift():
    return initial_mlp(jax.random.key(0), sizes.STATE, sizes.DRIFT_HIDDEN, sizes.DRIFT_HIDDEN, sizes.STATE)


def train_dynamics(batch):
    rng = np.random.default_rng(1)
    states = jnp.asarray(rng.standard_normal((sizes.STATES, sizes.STATE), dtype=np.float32))
    increments = jnp.asarray(rng.standard_normal((sizes.STATES, sizes.STATE), dtype=np.float32))
    parameters = initial_drift()
    count = parameter_count(parameters)

    def loss(parameters, z, target):
        return jnp.mean((mlp(parameters, z, jnp.tanh) - target) ** 2)

    def step(state, states, increments):
        optimiser, key = state
        key, key_pairs = jax.random.split(key)
        index = jax.random.randint(key_pairs, (batch,), 0, sizes.STATES)
        value, gradient = jax.value_and_grad(loss)(optimiser[0], states[index], increments[index])
        return (adam_update(optimiser, gradient), key), value

    def many(state, states, increments):
        return jax.lax.scan(lambda s, _: step(s, states, increments), state, length=20)

    def formulation(name, function, units):
        copied = jax.tree.map(jnp.copy, parameters)
        call = stepper(
            jax.jit(function, donate_argnums=0), (adam_start(copied), jax.random.key(2)), states, increments
        )
        return Formulation(name, call, units, count)

    return [formulation("a step a call", step, 1), formulation("20 steps a call", many, 20)]


def rollout(batch):
    parameters = initial_drift()
    start = jnp.asarray(np.random.default_rng(2).standard_normal((batch, sizes.STATE), dtype=np.float32))

    @jax.jit
    def trajectories(parameters, start):
        def step(z, _):
            z = z + 0.01 * mlp(parameters, z, jnp.tanh)
            return z, z

        return jax.lax.scan(step, start, length=sizes.ROLLOUT_STEPS)[1]

    @jax.jit
    def in_pieces(parameters, start):
        return jax.lax.map(lambda piece: trajectories(parameters, piece), start.reshape(-1, batch // 4, sizes.STATE))

    units, count = batch * sizes.ROLLOUT_STEPS, parameter_count(parameters)
    forms = [Formulation("whole", lambda: trajectories(parameters, start).block_until_ready(), units, count)]
    if batch % 4 == 0:
        forms.append(
            Formulation("in four pieces", lambda: in_pieces(parameters, start).block_until_ready(), units, count)
        )
    return forms


# ---- stochastic dynamics ----


def initial_sde():
    d, h = sizes.SDE_STATE, sizes.DRIFT_HIDDEN
    return {
        "drift": initial_mlp(jax.random.key(0), d, h, h, d),
        "diffusion": initial_mlp(
            jax.random.key(1), d, sizes.DIFFUSION_HIDDEN, sizes.DIFFUSION_HIDDEN, d * (d + 1) // 2
        ),
    }


def factor_entries(raw):
    """Rows of the lower-triangular factor as lists of columns [batch]; the diagonal is positive, with a floor."""
    entries = [raw[..., k] for k in range(raw.shape[-1])]
    rows = [[entries[i * (i + 1) // 2 + j] for j in range(i + 1)] for i in range(sizes.SDE_STATE)]
    for i, row in enumerate(rows):
        row[i] = sizes.DIFFUSION_FLOOR + jax.nn.softplus(row[i])
    return rows


def substituted(rows, residual):
    """L⁻¹ r by forward substitution, written out for the few components."""
    solution = []
    for i, row in enumerate(rows):
        rest = residual[..., i]
        for j in range(i):
            rest = rest - row[j] * solution[j]
        solution.append(rest / row[i])
    return jnp.stack(solution, axis=-1)


def solved(rows, residual):
    """L⁻¹ r by the library's triangular solver."""
    zero = jnp.zeros_like(rows[0][0])
    matrix = jnp.stack([jnp.stack(row + [zero] * (sizes.SDE_STATE - len(row)), axis=-1) for row in rows], axis=-2)
    return jax.lax.linalg.triangular_solve(matrix, residual[..., None], left_side=True, lower=True)[..., 0]


def train_sde(batch):
    rng = np.random.default_rng(4)
    states = jnp.asarray(rng.standard_normal((sizes.STATES, sizes.SDE_STATE), dtype=np.float32))
    increments = jnp.asarray(rng.standard_normal((sizes.STATES, sizes.SDE_STATE), dtype=np.float32))
    parameters = initial_sde()
    count = parameter_count(parameters)

    def loss(solve, parameters, z, target):
        rows = factor_entries(mlp(parameters["diffusion"], z, jnp.tanh))
        standardised = solve(rows, target - mlp(parameters["drift"], z, jnp.tanh))
        logarithms = sum(jnp.log(row[i]) for i, row in enumerate(rows))
        return jnp.mean(0.5 * jnp.sum(standardised**2, axis=-1) + logarithms)

    def step(solve, state, states, increments):
        optimiser, key = state
        key, key_pairs = jax.random.split(key)
        index = jax.random.randint(key_pairs, (batch,), 0, sizes.STATES)
        gradients = jax.value_and_grad(functools.partial(loss, solve))
        value, gradient = gradients(optimiser[0], states[index], increments[index])
        return (adam_update(optimiser, gradient), key), value

    def many(solve, state, states, increments):
        return jax.lax.scan(lambda s, _: step(solve, s, states, increments), state, length=20)

    def formulation(name, function, units):
        start = (adam_start(jax.tree.map(jnp.copy, parameters)), jax.random.key(2))
        return Formulation(name, stepper(jax.jit(function, donate_argnums=0), start, states, increments), units, count)

    return [
        formulation(f"{name}, {solve.__name__}", functools.partial(function, solve), units)
        for name, function, units in (("a step a call", step, 1), ("20 steps a call", many, 20))
        for solve in (substituted, solved)
    ]


def ensemble(batch):
    """`batch` paths, SDE_SAMPLES of each start, by Euler–Maruyama; every state is kept."""
    parameters, count = initial_sde(), parameter_count(initial_sde())
    starts = np.random.default_rng(5).standard_normal((batch // sizes.SDE_SAMPLES, sizes.SDE_STATE), dtype=np.float32)
    start = jnp.repeat(jnp.asarray(starts), sizes.SDE_SAMPLES, axis=0)
    step_size = 0.002

    def paths(parameters, start, key):
        def step(z, key):
            rows = factor_entries(mlp(parameters["diffusion"], z, jnp.tanh))
            noise = jax.random.normal(key, z.shape)
            kicks = jnp.stack([sum(row[j] * noise[..., j] for j in range(i + 1)) for i, row in enumerate(rows)], -1)
            z = z + step_size * mlp(parameters["drift"], z, jnp.tanh) + np.float32(np.sqrt(step_size)) * kicks
            return z, z

        return jax.lax.scan(step, start, jax.random.split(key, sizes.SDE_STEPS))[1]

    def formulation(name, pieces, generator):
        @jax.jit
        def run(parameters, start, key):
            if pieces == 1:
                return paths(parameters, start, key)
            parts = start.reshape(pieces, -1, sizes.SDE_STATE)
            return jax.lax.map(lambda part: paths(parameters, *part), (parts, jax.random.split(key, pieces)))

        key = jax.random.key(6, impl=generator)
        units = batch * sizes.SDE_STEPS
        return Formulation(
            f"{name}, {generator}", lambda: run(parameters, start, key).block_until_ready(), units, count
        )

    pieces = [("whole", 1)] + ([("in ten pieces", 10)] if batch % 10 == 0 else [])
    return [formulation(name, number, kind) for name, number in pieces for kind in ("threefry2x32", "rbg")]


# ---- simulation ----


def velocity_and_energy(x, y, product):
    """Velocities [n], [n] and the mean pair energy, over the full n x n square; the two ways were the fastest of many.

    Σⱼ p(xᵢ − xⱼ) is summed as it stands, or as xᵢ Σⱼ p − Σⱼ p xⱼ by a matrix product (`product`).
    """
    n, a, b = sizes.PARTICLES, sizes.FORCE_STEEPNESS, sizes.FORCE_OFFSET
    dx, dy = x[:, None] - x[None, :], y[:, None] - y[None, :]
    diagonal = jnp.eye(n, dtype=x.dtype)
    squared = dx * dx + dy * dy
    inverse = jax.lax.rsqrt(squared + diagonal)
    u = a * (1 - squared * inverse)
    log_cosh = jnp.abs(u) + jnp.log1p(jnp.exp(-2 * jnp.abs(u))) - np.float32(np.log(2))
    energy = jnp.sum(jnp.sum((1 - diagonal) * (log_cosh + b * u) / a, axis=0)) / (n * (n - 1))
    pull = (jnp.tanh(u) + b) * inverse * (1 - diagonal)
    if product:
        sums = pull @ jnp.stack([x, y, jnp.ones_like(x)], axis=1)
        return (x * sums[:, 2] - sums[:, 0]) / n, (y * sums[:, 2] - sums[:, 1]) / n, energy
    # pull is symmetric, dx and dy change sign: a sum over the first axis, which vectorises, gives −velocity.
    return -jnp.sum(pull * dx, axis=0) / n, -jnp.sum(pull * dy, axis=0) / n, energy


def simulate(batch):
    """SIMULATED_STEPS steps of one system a call, or of `batch` systems side by side."""

    def run(product, x, y):
        def step(state, _):
            x, y = state
            vx, vy, energy = velocity_and_energy(x, y, product)
            return (x + sizes.TIME_STEP * vx, y + sizes.TIME_STEP * vy), energy

        return jax.lax.scan(step, (x, y), length=sizes.SIMULATED_STEPS)[1]

    def formulation(name, product, systems):
        x, y = jnp.asarray(np.random.default_rng(3).standard_normal((2, systems, sizes.PARTICLES), dtype=np.float32))
        one = functools.partial(run, product)
        function = jax.jit(jax.vmap(one) if systems > 1 else lambda x, y: one(x[0], y[0]))
        units = systems * sizes.SIMULATED_STEPS * sizes.PAIRS_OF_PARTICLES
        return Formulation(name, lambda: function(x, y).block_until_ready(), units, None)

    return [
        formulation(f"{systems} at once, {name}", product, systems)
        for systems in sorted({1, batch})
        for name, product in (("sums", False), ("matrix product", True))
    ]


def rows(threads):
    """Row name → batch → its formulations. The threads were set by XLA_FLAGS and the processor mask."""
    return {
        "train-autoencoder": train_autoencoder,
        "train-set-transformer": train_set_transformer,
        "encode": encode_frames,
        "train-dynamics": train_dynamics,
        "rollout": rollout,
        "simulate": simulate,
        "train-sde": train_sde,
        "ensemble": ensemble,
    }
