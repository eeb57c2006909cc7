"""The table of ratios, 80 columns wide, with what is required beside it."""

# Required on two cores at the standard batch: row → (times JAX, times PyTorch).
REQUIRED = {
    "train-autoencoder": (4.0, 6.0),
    "train-set-transformer": (2.0, None),
    "encode": (2.0, None),
    "train-dynamics": (1.3, None),
    "rollout": (1.2, None),
    "simulate": (3.0, None),
    "train-sde": (None, None),
    "ensemble": (None, None),
}
REQUIRED_BATCH = {"train-autoencoder": 64}
REQUIRED_THREADS = 2
# Our sets/s at these batches against those at 64.
REQUIRED_AGAINST_64 = {256: 1.0, 16: 0.85}
REQUIRED_PAIRS_PER_CORE = 1.4e9


def short(rate):
    if rate is None:
        return "-"
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if rate >= limit:
            return f"{rate / limit:.3g} {letter}"
    return f"{rate:.3g}"


def ratio(ours, peer):
    return None if ours is None or peer is None else ours / peer


def judged(value, required):
    """'4.2x (4)' or '3.1x (4) !' where the required ratio is missed."""
    if value is None:
        return "-"
    text = f"{value:.2f}x"
    return text if required is None else f"{text} ({required:g}){' !' if value < required else ''}"


def required(row):
    if row["threads"] != REQUIRED_THREADS or row["batch"] != REQUIRED_BATCH.get(row["name"], row["batch"]):
        return None, None
    return REQUIRED[row["name"]]


def ratio_lines(rows):
    header = f"{'row':<21}{'batch':>5}{'thr':>4}{'macrostate':>11}{'jax':>7}{'torch':>7}{'/jax':>13}{'/torch':>12}"
    yield header
    yield "-" * len(header)
    for row in rows:
        if row["name"] not in REQUIRED:
            continue
        ours, jax, torch = row["macrostate"], row["jax"], row["torch"]
        of_jax, of_torch = required(row)
        yield (
            f"{row['name']:<21}{row['batch']:>5}{row['threads']:>4}{short(ours):>11}{short(jax):>7}{short(torch):>7}"
            f"{judged(ratio(ours, jax), of_jax):>13}{judged(ratio(ours, torch), of_torch):>12}"
        )
    yield "Rates: sets, frames, steps, trajectory-steps, pairs a second. (required) ! missed"


def own_lines(rows):
    """What is asked of our rates alone."""
    by_key = {(row["name"], row["batch"], row["threads"]): row["macrostate"] for row in rows}
    for threads in sorted({row["threads"] for row in rows}):
        standard = by_key.get(("train-autoencoder", 64, threads))
        for batch, needed in REQUIRED_AGAINST_64.items():
            value = ratio(by_key.get(("train-autoencoder", batch, threads)), standard)
            if value is not None:
                yield f"batch {batch} against 64, {threads} thread(s): {judged(value, needed)}"
    for row in rows:
        if row["name"] == "simulate" and row["macrostate"] is not None:
            each = row["macrostate"] / row["threads"]
            mark = " !" if each < REQUIRED_PAIRS_PER_CORE else ""
            yield f"simulate, {row['threads']} thread(s): {short(each)} pairs/s a core (1.4 G){mark}"
        if row["name"] == "import-dump":
            ours, peer = row["macrostate"], row["mdanalysis"]
            yield (
                f"import-dump, {row['threads']} thread(s): {short(ours)} atoms/s into a data set, "
                f"{judged(ratio(ours, peer), None)} MDAnalysis"
            )
            yield f"  (which reads {short(peer)} atoms/s into memory)"


def extra_lines(extras):
    """Parameter counts, our share of the FMA peak, and the formulation that each peer kept."""
    for (name, batch, threads), replies in extras.items():
        parts = []
        for who, reply in replies.items():
            words = []
            if reply.get("parameters"):
                words.append(f"{reply['parameters']} parameters")
            if reply.get("peakShare") is not None:
                words.append(f"{reply['peakShare']:.0%} of the FMA peak")
            if reply.get("formulation"):
                words.append(f'"{reply["formulation"]}"')
            if words:
                parts.append(f"  {who}: {', '.join(words)}")
        if parts:
            yield f"{name}, batch {batch}, {threads} thread(s):"
            yield from parts


def text(machine, rows, extras):
    lines = [f"{machine['processor']}, {machine['cores']} cores, {machine['date']}", ""]
    for group in (ratio_lines(rows), own_lines(rows), extra_lines(extras)):
        lines += [*group, ""]
    return "\n".join(lines)
