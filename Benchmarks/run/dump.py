"""A LAMMPS text dump to read: two species of the mixing example's size between walls, positions at random."""

import random

ATOMS, EDGE = 529, 32.0


def write(path, frames, seed=1):
    """Writes `frames` frames of ATOMS atoms: id, type and plain coordinates, in an order of their own in every frame."""
    generator = random.Random(seed)
    with open(path, "w", encoding="ascii") as file:
        for frame in range(frames):
            file.write(f"ITEM: TIMESTEP\n{200 * frame}\nITEM: NUMBER OF ATOMS\n{ATOMS}\nITEM: BOX BOUNDS ff ff pp\n")
            file.write(f"0 {EDGE}\n0 {EDGE}\n-0.5 0.5\nITEM: ATOMS id type x y z\n")
            for atom in generator.sample(range(1, ATOMS + 1), ATOMS):
                x, y = generator.uniform(0, EDGE), generator.uniform(0, EDGE)
                file.write(f"{atom} {1 + atom % 2} {x:.6g} {y:.6g} 0\n")
