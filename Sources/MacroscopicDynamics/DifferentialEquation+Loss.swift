import MacrostateAutodiff

/// The loss of one step: for an ODE the squared error in units of the increments, for an SDE −log N of Eq. 5 without the
/// constant that the units contribute.
extension DifferentialEquation {
  public func addLoss(_ tape: Tape, _ windows: StateWindows, weight: Double) {
    let z = windows.states()
    if isStochastic {
      addLikelihood(tape, windows, z: z, weight: weight)
    } else if shape.integrator == .euler {
      // The step is linear in g: compare g itself with Δz/Δt, in the drift's unit.
      tape.addSquaredError(drift(tape, z), to: windows.driftTargets(), weight: weight / Double(movingCount))
    } else {
      addStepError(tape, windows, z: z, weight: weight)
    }
  }

  private func addLikelihood(_ tape: Tape, _ windows: StateWindows, z: Tensor, weight: Double) {
    let unit = windows.timeSteps { step, j in scaling.driftUnit[j] * step.squareRoot() / scaling.noiseUnit[j] }
    let mean = tape.multiply(drift(tape, z), unit)
    guard let noise = noise(tape, z) else { return }
    tape.addGaussianLoss(
      mean: mean, rawFactor: noise.rawFactor, form: noise.form, target: windows.noiseTargets(),
      floor: Self.diffusionFloor, weight: weight)
  }

  private func addStepError(_ tape: Tape, _ windows: StateWindows, z: Tensor, weight: Double) {
    // Compare the step's increment with the true one, again in the drift's unit.
    let change = tape.add(advance(tape, z, step: windows.driftSteps()), tape.affine(z, scale: -1, shift: 0))
    let increment = tape.firstColumns(change, count: movingCount)
    let unit = windows.timeSteps { step, j in 1 / (step * scaling.driftUnit[j]) }
    tape.addSquaredError(
      tape.multiply(increment, unit), to: windows.driftTargets(), weight: weight / Double(movingCount))
  }

  public func noise(_ tape: Tape, _ state: Tensor) -> StepNoise? {
    rawDiffusion(tape, state).map { StepNoise(rawFactor: $0, form: shape.factorForm) }
  }
}
