/// The statistics that can be read linearly from the closure variables, and from the observables alone: R² on test
/// frames of a probe that was fitted on training frames.
public struct ProbeResult: Codable, Sendable {
  /// The regime of the test frames.
  public var regime: String
  /// Frames that the probes were fitted on.
  public var trainingFrames: Int
  /// Frames that they were tested on.
  public var testFrames: Int
  /// The end of each species' histogram of pair distances: half of the training frames have no pair farther apart.
  public var histogramEnds: [Double]
  /// A reading from ẑ, and one from z̄ where there are observables.
  public var readings: [Reading]

  /// The numbers that statistics are read from.
  public enum Source: String, Codable, Sendable, CaseIterable {
    /// ẑ.
    case closureVariables = "closure variables"
    /// z̄.
    case observables
  }

  /// The statistic that is read.
  public enum Statistic: String, Codable, Sendable, CaseIterable {
    /// E[xⱼ].
    case firstMoments = "moments of order 1"
    /// E[xⱼxₖ].
    case secondMoments = "moments of order 2"
    /// The same with three factors.
    case thirdMoments = "moments of order 3"
    /// The same with four factors.
    case fourthMoments = "moments of order 4"
    /// Shares of pairs by their distance.
    case pairDistances = "pair distances"
    /// z̄ itself.
    case observables

    /// The moments of an order, 1 … 4.
    static let moments: [Statistic] = [.firstMoments, .secondMoments, .thirdMoments, .fourthMoments]
  }

  /// The scores of one source.
  public struct Reading: Codable, Sendable {
    /// The source.
    public var source: Source
    /// The number of its components.
    public var inputs: Int
    /// The score of each group of statistics.
    public var scores: [Score]
  }

  /// The score of one group of statistics.
  public struct Score: Codable, Sendable {
    /// The statistic that is read.
    public var statistic: Statistic
    /// R² of all targets together, each in units of its spread on the training frames:
    /// 1 − Σ error/Σ variation. A target that hardly changes on the test frames hardly counts.
    public var pooled: Double?
    /// The mean R² of the targets that change; nil where none does.
    public var mean: Double?
    /// The least of them.
    public var least: Double?
    /// The probe's λ.
    public var ridge: Double
    /// Each target.
    public var targets: [Target]

    init(_ statistic: Statistic, names: [String], fits: [LinearProbe.Fit], ridge: Double) {
      self.statistic = statistic
      self.ridge = ridge
      targets = zip(names, fits).map { Target(name: $0, determination: $1.determination) }
      let known = fits.compactMap(\.determination)
      let (error, variation) = fits.reduce((0, 0)) { ($0.0 + $1.error, $0.1 + $1.variation) }
      pooled = known.isEmpty ? nil : 1 - error / variation
      mean = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
      least = known.min()
    }
  }

  /// One number that is read.
  public struct Target: Codable, Sendable {
    /// Its name: `x²y`, or a range of distances.
    public var name: String
    /// R² on the test frames; nil for a target that is constant there.
    public var determination: Double?
  }

  /// The score of a statistic read from a source; nil where that was not asked or cannot be.
  public func score(_ statistic: Statistic, from source: Source) -> Score? {
    readings.first { $0.source == source }?.scores.first { $0.statistic == statistic }
  }
}
