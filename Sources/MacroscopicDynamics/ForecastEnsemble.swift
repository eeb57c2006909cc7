import MacrostateAutodiff
import MacrostateCompute

/// Several dynamics models of one kind, trained from different seeds: the spread of their predictions is the error bar of
/// a deterministic prediction, and each of them gives many paths of a stochastic one.
public struct ForecastEnsemble: Sendable {
  /// The members.
  public let members: [ForecastMember]
  /// The units of the observables in z, the same for all members.
  public let units: ObservableUnits

  /// An ensemble of these members.
  public init(_ members: [ForecastMember], units: ObservableUnits = .none) {
    self.members = members
    self.units = units
  }

  /// An ensemble of dynamics of the whole macrostate.
  public init(_ members: [(model: any DynamicsModel, parameters: Parameters)], units: ObservableUnits = .none) {
    self.init(members.map { ForecastMember($0.model, $0.parameters) }, units: units)
  }

  /// Whether there is noise.
  public var isStochastic: Bool { members.contains(where: \.isStochastic) }

  /// The steps that a prediction over these times takes, and the most that one time step takes: more than 1 where it is
  /// longer than any in training.
  public func steps(over times: [Double]) -> (total: Int, most: Int) {
    let models = members.flatMap { $0.parts.map(\.model) }
    let parts = Self.steps(times).map { step in models.map { $0.substeps(of: step) ?? 1 }.max() ?? 1 }
    return (parts.reduce(0, +), parts.max() ?? 1)
  }

  /// Rolls out every member from every start.
  ///
  /// - Parameters:
  ///   - starts: z₀, `[trajectories, D]`, the observables in `units`.
  ///   - times: the frame times of each trajectory, its start included.
  ///   - realisations: for SDEs, how many paths of each member; 1 path without noise for ODEs.
  ///   - seed: names the noise; the path of (seed, member, trajectory, realisation) is always the same.
  public func forecast(
    starts: [Float], times: [[Double]], realisations: Int = 1, seed: UInt64 = 0, compute: Compute
  ) throws -> Forecast {
    guard let d = members.first?.dimension else {
      return Forecast(dimension: 0, paths: [], divergences: [], units: units)
    }
    var paths: [[[Float]]] = []
    var divergences: [Rollout.Place] = []
    for (number, member) in members.enumerated() {
      let samples = member.isStochastic ? realisations : 1
      let first = paths.count
      paths += Array(repeating: Array(repeating: [], count: times.count), count: samples)
      for (times, trajectories) in Self.groups(times) {
        let rollout = try member.rollout(
          starts: trajectories.flatMap { starts[$0 * d..<($0 + 1) * d] }, steps: Self.steps(times), seed: seed,
          number: number, samples: samples, numbers: trajectories, compute: compute)
        let size = rollout.frames * d
        for (i, trajectory) in trajectories.enumerated() {
          for sample in 0..<samples {
            let begin = (i * samples + sample) * size
            paths[first + sample][trajectory] = Array(rollout.values[begin..<begin + size])
          }
        }
        divergences += rollout.divergences.map { place in
          .init(
            trajectory: trajectories[place.trajectory], sample: first + place.sample, frame: place.frame,
            component: place.component)
        }
      }
    }
    return Forecast(dimension: d, paths: paths, divergences: divergences, units: units)
  }

  /// Trajectories with the same times are rolled out together.
  private static func groups(_ times: [[Double]]) -> [(times: [Double], trajectories: [Int])] {
    Dictionary(grouping: times.indices) { times[$0] }.map { ($0.key, $0.value) }.sorted { $0.1[0] < $1.1[0] }
  }

  private static func steps(_ times: [Double]) -> [Double] { zip(times, times.dropFirst()).map { $1 - $0 } }
}
