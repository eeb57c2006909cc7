import MacrostateCompute

/// The use of a data set of interacting particles: to learn from, or to test one kind of extrapolation.
///
/// The same seed gives different starts in different regimes.
public enum Regime: String, CaseIterable, Codable, Sendable {
  /// 300 particles that start in two clusters.
  case training
  /// Tests like the training data.
  case inDistribution = "in-dst"
  /// Tests with other starts: three clusters.
  case differentInitial = "diff-init"
  /// Tests with another number of particles: 400.
  case differentNumber = "diff-N"

  /// The tests, in the paper's order.
  package static let tests = allCases.filter { $0 != .training }

  /// The number n of particles.
  public var particleCount: Int { self == .differentNumber ? 400 : 300 }

  /// The start of the particles.
  public var initialCondition: InitialCondition {
    InitialCondition(componentCount: self == .differentInitial ? 3 : 2)
  }

  /// The random streams of this regime.
  var purpose: RandomPurpose {
    switch self {
    case .training: .simulation
    case .inDistribution: .simulationInDistribution
    case .differentInitial: .simulationOtherInitial
    case .differentNumber: .simulationOtherNumber
    }
  }
}
