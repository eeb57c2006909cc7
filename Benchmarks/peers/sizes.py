"""The sizes that every contender shares: those of the interacting particles' standard model."""

SETS = 2048  # resident in memory, of which each step draws its batch
POINTS = 300
DIMENSION = 2
CLOSURE = 8  # components of ẑ
HIDDEN = 64  # width of every hidden layer of φ, ρ and the flow's networks

HEADS = 4  # of the set transformer, whose width is HIDDEN
ATTENTION_BLOCKS = 2  # induced set attention blocks
INDUCING_POINTS = 16

FLOW_LAYERS = 4
BINS = 8
BOUND = 8.0
MINIMUM_BIN = 1e-3
MINIMUM_SLOPE = 1e-3
SPLINE_PARAMETERS = 3 * BINS - 1
SAMPLES = 64  # K, drawn from q_X for each set and step
SMOOTHING = 0.01  # ε

LEARNING_RATE = 1e-3
BETA1, BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8

STATE = 9  # the macrostate z = [z̄, ẑ]
DRIFT_HIDDEN = 128
PAIRS = 1024  # of neighbouring macrostates, a step of stage II
STATES = 65536  # resident, of which each step draws its pairs
TRAJECTORIES = 1000
ROLLOUT_STEPS = 300

SDE_STATE = 4
DIFFUSION_HIDDEN = 32  # of the lower-triangular factor of Σ
DIFFUSION_FLOOR = 0.01
SDE_SAMPLES, SDE_STEPS = 50, 500  # paths of each start, and their steps

PARTICLES = 300
FORCE_STEEPNESS, FORCE_OFFSET = 4.0, 0.1  # a, b of F(r) = tanh(a(1 − r)) + b
TIME_STEP = 0.02
SIMULATED_STEPS = 300
PAIRS_OF_PARTICLES = PARTICLES * (PARTICLES - 1) // 2

UNITS = {
    "train-autoencoder": "sets/s",
    "train-set-transformer": "sets/s",
    "encode": "frames/s",
    "train-dynamics": "steps/s",
    "rollout": "trajectory-steps/s",
    "simulate": "pairs/s",
    "train-sde": "steps/s",
    "ensemble": "trajectory-steps/s",
    "import-dump": "atoms/s",
}
