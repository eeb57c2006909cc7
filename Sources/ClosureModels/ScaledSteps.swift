import MacroscopicDynamics

/// Windows in the units of a dynamics.
struct ScaledSteps {
  /// z of the first frames, scaled, `[windows, D]`.
  private(set) var states: [Float] = []
  /// Δz in the units asked for, `[windows, M]`.
  private(set) var increments: [Float] = []
  /// Δt of each window.
  let timeSteps: [Float]

  /// - Parameter divisor: by Δt and component, what an increment of z is divided by.
  init(
    _ term: DynamicsTerm, closure: [Float], windows: [FrameWindow], divisor: (Float, Int) -> Float
  ) {
    timeSteps = windows.map(\.timeStep)
    let (macrostate, scaling) = (term.macrostate, term.scaling)
    let width = macrostate.closureCount
    precondition(closure.count == 2 * windows.count * width)
    func state(_ observables: [Float], _ set: Int, _ constants: [Float]) -> [Float] {
      macrostate.state(
        observables: observables, closure: closure[set * width..<(set + 1) * width], constants: constants)
    }
    for (i, window) in windows.enumerated() {
      let now = state(window.now, 2 * i, window.constants)
      let next = state(window.next, 2 * i + 1, window.constants)
      for j in now.indices { states.append(scaling.scaled(now[j], j)) }
      for j in 0..<macrostate.movingCount { increments.append((next[j] - now[j]) / divisor(window.timeStep, j)) }
    }
  }

  func square(_ i: Int) -> Double { Double(increments[i]) * Double(increments[i]) }
}
