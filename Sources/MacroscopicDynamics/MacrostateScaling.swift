/// The scaling of macrostates and their increments, from the training trajectories; stored with the model.
public struct MacrostateScaling: Sendable, Equatable, Codable {
  /// Mean of each component of z.
  public var mean: [Float]
  /// Spread (standard deviation) of each component.
  public var spread: [Float]
  /// Least value of each component in training.
  public var least: [Float]
  /// Greatest value of each component in training.
  public var greatest: [Float]
  /// Root mean square of Δz/Δt of each component, z in units of its spread: the unit of the drift network's output.
  public var driftUnit: [Float]
  /// Root mean square of Δz/√Δt, likewise: the unit of the diffusion network's output.
  public var noiseUnit: [Float]
  /// The largest time step in training.
  public var largestStep: Double
  /// Observables that stay as they are, as they did along every training trajectory; nil for none.
  public var conserved: [Int]?

  /// The scaling of `trajectories`.
  public init(_ trajectories: MacrostateTrajectories) {
    let d = trajectories.dimension
    let count = Double(max(trajectories.times.count, 1))
    var sums = [Double](repeating: 0, count: d)
    var low = [Float](repeating: .infinity, count: d)
    var high = [Float](repeating: -.infinity, count: d)
    for (i, value) in trajectories.values.enumerated() {
      sums[i % d] += Double(value)
      low[i % d] = min(low[i % d], value)
      high[i % d] = max(high[i % d], value)
    }
    let means = sums.map { $0 / count }
    var squares = [Double](repeating: 0, count: d)
    for (i, value) in trajectories.values.enumerated() {
      let difference = Double(value) - means[i % d]
      squares[i % d] += difference * difference
    }
    mean = means.map(Float.init)
    // A component that never changes has no scale of its own.
    spread = squares.map { $0 > 0 ? Float(($0 / count).squareRoot()) : 1 }
    least = low
    greatest = high
    (driftUnit, noiseUnit, largestStep) = Self.incrementUnits(trajectories, spread: spread)
    let pairs = trajectories.pairs
    let still = trajectories.macrostate.observableRange.filter { j in
      pairs.allSatisfy { trajectories.value($0 + 1, j) == trajectories.value($0, j) }
    }
    conserved = still.isEmpty || pairs.isEmpty ? nil : still
  }

  private static func incrementUnits(
    _ trajectories: MacrostateTrajectories, spread: [Float]
  ) -> (drift: [Float], noise: [Float], largestStep: Double) {
    let d = trajectories.dimension
    var drift = [Double](repeating: 0, count: d)
    var noise = drift
    var largest = 0.0
    let pairs = trajectories.pairs
    for frame in pairs {
      let step = trajectories.times[frame + 1] - trajectories.times[frame]
      largest = max(largest, step)
      for j in 0..<d {
        let increment = Double(trajectories.value(frame + 1, j) - trajectories.value(frame, j)) / Double(spread[j])
        drift[j] += increment * increment / (step * step)
        noise[j] += increment * increment / step
      }
    }
    func unit(_ sum: Double) -> Float { sum > 0 ? Float((sum / Double(max(pairs.count, 1))).squareRoot()) : 1 }
    return (drift.map(unit), noise.map(unit), largest)
  }

  /// The scaling of some components.
  public func selecting(_ components: [Int]) -> MacrostateScaling {
    var selected = self
    for property in [\MacrostateScaling.mean, \.spread, \.least, \.greatest, \.driftUnit, \.noiseUnit] {
      selected[keyPath: property] = components.map { self[keyPath: property][$0] }
    }
    let still = components.indices.filter { isConserved(components[$0]) }
    selected.conserved = still.isEmpty ? nil : still
    return selected
  }

  /// Whether component `j` stays as it is.
  public func isConserved(_ j: Int) -> Bool { conserved?.contains(j) ?? false }

  /// Δz/Δt of component `j`, in units of its spread, where the drift network gives 1: its unit, or 0 if it is conserved.
  public func driftRate(_ j: Int) -> Float { isConserved(j) ? 0 : driftUnit[j] }

  /// The noise of component `j`, likewise.
  public func noiseRate(_ j: Int) -> Float { isConserved(j) ? 0 : noiseUnit[j] }

  /// The least number of equal steps that make a time step of which none is longer than the largest step in training:
  /// of longer ones nothing is known.
  public func substeps(of timeStep: Double) -> Int {
    guard largestStep > 0 else { return 1 }
    // Times are rounded, and so are their differences.
    return Int(min(max((timeStep / largestStep - 1e-6).rounded(.up), 1), 1e9))
  }

  /// D.
  public var dimension: Int { mean.count }

  /// (z − mean)/spread, component `j`.
  @inlinable
  public func scaled(_ value: Float, _ j: Int) -> Float { (value - mean[j]) / spread[j] }

  /// The components of z that lie outside the range seen in training, by more than `tolerance` of that range: by default
  /// what an encoder's sums are rounded by.
  public func componentsOutside(_ z: some Collection<Float>, tolerance: Float = 1e-5) -> [Int] {
    zip(z, mean.indices).compactMap { value, j in
      let margin = tolerance * (greatest[j] - least[j])
      // What is not a number is outside, too.
      return value >= least[j] - margin && value <= greatest[j] + margin ? nil : j
    }
  }
}
